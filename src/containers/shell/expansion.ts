import { type ArithmeticExpression, type ParameterExpansionPart, type ParsedScript, type Word, type WordPart, parse } from 'unbash';
import { type ArithmeticScope, evaluate } from './arithmetic';
import { expandBraces } from './braces';
import { ShellError } from './control';
import { unsetText } from './dialect';
import { type Field, type Piece, joinPieces, patternOf, splitFields } from './fields';
import { expandPaths } from './glob';
import { isList, transform, valuesOf } from './parameters';
import type { Process } from './process';
import type { Running } from './running';
import type { ShellState } from './shell-state';

/** What expansion needs of its shell. */
export interface ExpansionShell {
  readonly process: Process;
  readonly state: ShellState;
  /** Runs a script in a subshell and gives what it printed, without the newlines at the end. */
  substitute(script: ParsedScript): Running<string>;
  /** `<(…)`, `>(…)`: the path of a file that stands for the other end. */
  processSubstitution(script: ParsedScript, operator: '<' | '>'): Running<string>;
}

/** Whether a literal may be split, as in the operand of `${x:-a b}`. */
type Context = 'word' | 'quotes' | 'operand';

/** Turns words as written into words as meant: expansions, splitting, wildcards, in the order of POSIX. */
export class Expander {
  constructor(private readonly shell: ExpansionShell) {}

  /** Any number of words. */
  *words(words: readonly Word[]): Running<string[]> {
    const result: string[] = [];
    for (const word of words) {
      for (const each of this.#braced(word)) {
        for (const field of splitFields(yield* this.#pieces(each), this.#separators)) result.push(...this.#paths(field));
      }
    }
    return result;
  }

  /** One text, neither split nor globbed: assignments, here-strings, the word of a case. */
  *text(word: Word): Running<string> { return joinPieces(yield* this.#pieces(word)); }

  /** A pattern, in which only what was not quoted is special. */
  *pattern(word: Word): Running<string> { return patternOf(yield* this.#pieces(word)); }

  /** A here-document's body. */
  *parts(parts: readonly WordPart[]): Running<string> {
    let text = '';
    for (const part of parts) text += joinPieces(yield* this.#part(part, 'quotes'));
    return text;
  }

  /** The value of an arithmetic expression. */
  arithmetic(expression: ArithmeticExpression): Running<bigint> { return evaluate(expression, this.#scope); }

  get #separators(): string { return this.shell.state.get('IFS') ?? ' \t\n'; }

  #braced(word: Word): readonly Word[] {
    if (this.shell.process.dialect !== 'bash' || !word.parts?.some((part) => part.type === 'BraceExpansion')) return [word];
    const texts = expandBraces(word.text);
    return texts.length === 1 && texts[0] === word.text ? [word] : texts.flatMap((text) => parsedWord(text));
  }

  #paths({ text, pattern, wild }: Field): readonly string[] {
    const { process, state } = this.shell;
    if (!wild || state.options.noglob) return [text];
    const found = expandPaths(process.system.files, process.directory, pattern);
    return found.length > 0 ? found : [text];
  }

  *#pieces(word: Word, context: Context = 'word'): Running<readonly Piece[]> {
    const { parts } = word;
    if (!parts) return this.#literal(word.text, word.value, context);
    const pieces: Piece[] = [];
    for (const [index, part] of parts.entries()) {
      if (part.type === 'Literal' && index === 0) pieces.push(...this.#literal(part.text, part.value, context));
      else pieces.push(...(yield* this.#part(part, context)));
    }
    return pieces;
  }

  /** A text as written; a tilde at the front is a home. */
  #literal(text: string, value: string, context: Context): readonly Piece[] {
    if (text.startsWith('~') && (text.length === 1 || text.charAt(1) === '/')) return [{ kind: 'quoted', text: (this.shell.state.get('HOME') ?? '~') + value.slice(1) }];
    return [{ kind: context === 'operand' && text === value ? 'expanded' : 'literal', text: value }];
  }

  *#part(part: WordPart, context: Context): Running<readonly Piece[]> {
    const kind = context === 'quotes' ? 'quoted' : 'expanded';
    switch (part.type) {
      case 'Literal': return [{ kind: context === 'operand' && part.text === part.value ? 'expanded' : 'literal', text: part.value }];
      case 'Glob': return part.kind === 'bracket' ? yield* this.#bracket(part.parts, context) : [{ kind: context === 'quotes' ? 'quoted' : 'glob', text: part.text }];
      case 'SingleQuoted': case 'AnsiCQuoted': return [{ kind: 'quoted', text: part.value }];
      case 'DoubleQuoted': case 'LocaleString': return yield* this.#quoted(part.parts);
      case 'SimpleExpansion': return this.#parameter(part.text.slice(1), undefined, context);
      case 'ParameterExpansion': return yield* this.#parameterExpansion(part, context);
      case 'CommandExpansion': return part.script ? [{ kind, text: yield* this.shell.substitute(part.script) }] : [];
      case 'ArithmeticExpansion': return [{ kind, text: part.expression ? String(yield* this.arithmetic(part.expression)) : '0' }];
      case 'ProcessSubstitution': return part.script ? [{ kind: 'quoted', text: yield* this.shell.processSubstitution(part.script, part.operator) }] : [];
      case 'ExtendedGlob': case 'BraceExpansion': return [{ kind: 'literal', text: part.text }];
    }
  }

  /** `[a-z]`, or as plain as `[$x]`, in which an expansion is still split. */
  *#bracket(parts: readonly WordPart[], context: Context): Running<readonly Piece[]> {
    const kind = context === 'quotes' ? 'quoted' : 'glob';
    const pieces: Piece[] = [{ kind, text: '[' }];
    for (const part of parts) pieces.push(...(part.type === 'Literal' ? [{ kind, text: part.value } as const] : yield* this.#part(part, context)));
    return [...pieces, { kind, text: ']' }];
  }

  *#quoted(parts: readonly WordPart[]): Running<readonly Piece[]> {
    const pieces: Piece[] = [];
    let list = false;
    for (const part of parts) {
      list ||= (part.type === 'SimpleExpansion' && part.text === '$@') || (part.type === 'ParameterExpansion' && (part.parameter === '@' || part.index?.value === '@'));
      for (const piece of yield* this.#part(part, 'quotes')) pieces.push(piece.kind === 'boundary' ? piece : { kind: 'quoted', text: piece.text });
    }
    return pieces.length === 0 && !list ? [{ kind: 'quoted', text: '' }] : pieces;
  }

  #parameter(name: string, index: string | undefined, context: Context): readonly Piece[] {
    const values = valuesOf(this.shell, name, index);
    if (values.length === 0 && !isList(name, index)) this.#requireSet(name);
    return this.#valuePieces(values, name, index, context);
  }

  #requireSet(name: string): void {
    const { state, process } = this.shell;
    if (state.options.nounset) throw new ShellError(unsetText(process.dialect, name), process.dialect === 'bash' ? 127 : 2);
  }

  /** `"$*"` is one word, `"$@"` as many as there are. */
  #valuePieces(values: readonly string[], name: string, index: string | undefined, context: Context): readonly Piece[] {
    const star = name === '*' || index === '*';
    if (context === 'quotes' && star) return [{ kind: 'quoted', text: values.join(this.#separators.charAt(0)) }];
    const kind = context === 'quotes' ? 'quoted' : 'expanded';
    return values.flatMap((text, at): readonly Piece[] => (at === 0 ? [{ kind, text }] : [{ kind: 'boundary' }, { kind, text }]));
  }

  *#parameterExpansion(part: ParameterExpansionPart, context: Context): Running<readonly Piece[]> {
    const index = part.index ? yield* this.#index(part.parameter, part.index) : undefined;
    const { parameter: name, prefix, operation } = part;
    if (prefix === '#') return [{ kind: 'literal', text: String(lengthOf(valuesOf(this.shell, name, index), isList(name, index))) }];
    if (prefix === '!' && isList('', index)) return this.#valuePieces([...this.shell.state.elements(name).keys()], name, index, context);
    const target = prefix === '!' ? (valuesOf(this.shell, name, index)[0] ?? '') : name;
    if (!operation) return this.#parameter(target, index, context);
    if (operation.type === 'Default') return yield* this.#withDefault(operation, target, index, context);
    const values = valuesOf(this.shell, target, index);
    if (values.length === 0 && !isList(target, index)) this.#requireSet(target);
    const operands = {
      pattern: (word: Word): Running<string> => this.pattern(word),
      text: (word: Word): Running<string> => this.text(word),
      number: (word: Word): Running<number> => this.#number(word),
    };
    return this.#valuePieces(yield* transform(operation, values, isList(target, index) ? (index === undefined ? 'positional' : 'array') : 'value', operands), target, index, context);
  }

  *#withDefault(operation: Extract<NonNullable<ParameterExpansionPart['operation']>, { type: 'Default' }>, name: string, index: string | undefined, context: Context): Running<readonly Piece[]> {
    const values = valuesOf(this.shell, name, index);
    const { operator, operand } = operation;
    const set = values.length > 0 && !(operator.startsWith(':') && values.every((value) => value === ''));
    const operandPieces = (): Running<readonly Piece[]> => (context === 'quotes' ? this.#quotedOperand(operand) : this.#pieces(operand, 'operand'));
    if (operator.endsWith('+')) return set ? yield* operandPieces() : [];
    if (set) return this.#valuePieces(values, name, index, context);
    if (operator.endsWith('-')) return yield* operandPieces();
    const text = yield* this.text(operand);
    if (operator.endsWith('?')) throw new ShellError(`${name}: ${text || 'parameter null or not set'}`, this.shell.process.dialect === 'bash' ? 127 : 2);
    if (index === undefined) this.shell.state.set(name, text);
    else this.shell.state.setElement(name, index, text);
    return this.#valuePieces([text], name, index, context);
  }

  *#quotedOperand(word: Word): Running<readonly Piece[]> {
    const pieces = yield* this.#pieces(word, 'quotes');
    return pieces.map((piece) => (piece.kind === 'boundary' ? piece : { kind: 'quoted', text: piece.text }));
  }

  /** The index of an array's element: a number, or the key of an associative array. */
  *#index(name: string, word: Word): Running<string> {
    if (word.value === '@' || word.value === '*') return word.value;
    return yield* this.index(name, yield* this.text(word));
  }

  *index(name: string, text: string): Running<string> {
    if (this.shell.state.variable(name)?.associative) return text;
    const position = yield* this.#value(text);
    return String(position < 0 ? Math.max(0, ...[...this.shell.state.elements(name).keys()].map((key) => Number(key) + 1)) + position : position);
  }

  *#number(word: Word): Running<number> { return yield* this.#value(yield* this.text(word)); }
  *#value(text: string): Running<number> {
    const expression = parseArithmetic(text);
    return expression ? Number(yield* this.arithmetic(expression)) : 0;
  }

  readonly #scope: ArithmeticScope = {
    read: (name) => {
      const value = this.shell.state.get(name);
      if (value === undefined) this.#requireSet(name);
      return value ?? '';
    },
    write: (name, value) => this.shell.state.set(name, value),
    expand: (word) => this.#arithmeticText(word),
    parse: parseArithmetic,
  };

  *#arithmeticText(word: Extract<ArithmeticExpression, { type: 'ArithmeticWord' | 'ArithmeticCommandExpansion' }>): Running<string> {
    if (word.type === 'ArithmeticCommandExpansion') return word.script ? yield* this.shell.substitute(word.script) : '';
    if (!word.parts) {
      const simple = /^\$(\w+|[?#!$@*-])$/.exec(word.value)?.[1];
      if (simple !== undefined) return joinPieces(this.#parameter(simple, undefined, 'quotes'));
      const element = /^([A-Za-z_]\w*)\[(.+)\]$/s.exec(word.value);
      if (element?.[1] === undefined || element[2] === undefined) return word.value;
      return valuesOf(this.shell, element[1], yield* this.index(element[1], element[2]))[0] ?? '';
    }
    return yield* this.parts(word.parts);
  }
}

const lengthOf = (values: readonly string[], list: boolean): number => (list ? values.length : (values[0]?.length ?? 0));

/** The words that a text is as arguments of a command. */
export const parsedWord = (text: string): readonly Word[] => {
  const command = parse(`: ${text}`).commands[0]?.command;
  return command?.type === 'Command' ? command.args.filter((word): word is Word => word.type === 'Word') : [];
};

/** An expression from a text, as in `$((text))`. */
export const parseArithmetic = (text: string): ArithmeticExpression | undefined => {
  const command = parse(`((${text}))`).commands[0]?.command;
  return command?.type === 'ArithmeticCommand' ? command.expression : undefined;
};
