import { escapePattern } from './pattern';

/**
 * A piece of an expanded word. `literal` was written so, `quoted` too and makes a word even when empty,
 * `expanded` came from an unquoted expansion and is split and globbed, `glob` is a wildcard as written. A boundary ends the word.
 */
export type Piece = { readonly kind: 'literal' | 'quoted' | 'expanded' | 'glob'; readonly text: string } | { readonly kind: 'boundary' };

/** One word, as text and as the pattern that it is when it has wildcards. */
export type Field = { text: string; pattern: string; wild: boolean };

const whitespace = ' \t\n';

/** Words from pieces: unquoted expansions are split where IFS says. */
export const splitFields = (pieces: readonly Piece[], separators: string): readonly Field[] => {
  const fields: Field[] = [];
  let current: Field | undefined;
  /** The word before was ended by blanks only: a separator that follows belongs to them. */
  let afterBlank = false;
  const open = (): Field => (current ??= { text: '', pattern: '', wild: false });
  const close = (): void => {
    if (current) fields.push(current);
    current = undefined;
  };
  const add = (text: string, pattern: string, wild = false): void => {
    const field = open();
    field.text += text;
    field.pattern += pattern;
    field.wild ||= wild;
    afterBlank = false;
  };
  const addExpanded = (text: string): void => {
    for (const character of text) {
      if (!separators.includes(character)) add(character, character === '\\' ? '\\\\' : character, '*?['.includes(character));
      else if (whitespace.includes(character)) {
        if (current) afterBlank = true;
        close();
      } else {
        if (!current && !afterBlank) open();
        close();
        afterBlank = false;
      }
    }
  };
  for (const piece of pieces) {
    if (piece.kind === 'boundary') close();
    else if (piece.kind === 'glob') add(piece.text, piece.text, true);
    else if (piece.kind === 'expanded') addExpanded(piece.text);
    else if (piece.kind === 'quoted' || piece.text !== '') add(piece.text, escapePattern(piece.text));
  }
  close();
  return fields;
};

/** All pieces as one text, unsplit. */
export const joinPieces = (pieces: readonly Piece[], between = ' '): string => pieces.map((piece) => (piece.kind === 'boundary' ? between : piece.text)).join('');

/** All pieces as a pattern: what was quoted matches only itself. */
export const patternOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (piece.kind === 'boundary' ? ' ' : piece.kind === 'glob' || piece.kind === 'expanded' ? piece.text : escapePattern(piece.text))).join('');
