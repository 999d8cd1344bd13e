import type * as Monaco from 'monaco-editor/editor/editor.api.js';

/** The page's tokens as Monaco wants them: it knows hexadecimal colours only, so each token is painted once and read back. */
export function themeFromTokens(dark: boolean): Monaco.editor.IStandaloneThemeData {
  const styles = getComputedStyle(document.documentElement);
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const probe = document.createElement('span');
  probe.style.setProperty('forced-color-adjust', 'none');
  document.body.append(probe);
  const token = (name: string): string => {
    if (!context || styles.getPropertyValue(name) === '') return '#808080';
    probe.style.color = `var(${name})`;
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = getComputedStyle(probe).color;
    context.fillRect(0, 0, 1, 1);
    return `#${[...context.getImageData(0, 0, 1, 1).data].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  };
  const bare = (name: string) => token(name).slice(1, 7);
  const theme: Monaco.editor.IStandaloneThemeData = {
    base: dark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: '', foreground: bare('--ink-0') },
      { token: 'type', foreground: bare('--accent') },
      { token: 'string', foreground: bare('--ink-0') },
      { token: 'string.yaml', foreground: bare('--ink-0') },
      { token: 'number', foreground: bare('--warning') },
      { token: 'keyword', foreground: bare('--warning') },
      { token: 'comment', foreground: bare('--ink-2'), fontStyle: 'italic' },
      { token: 'operators', foreground: bare('--ink-2') },
      { token: 'delimiter', foreground: bare('--ink-2') },
    ],
    colors: {
      'editor.background': token('--surface-1'),
      'editor.foreground': token('--ink-0'),
      'editorGutter.background': token('--surface-1'),
      'editorLineNumber.foreground': token('--ink-2'),
      'editorLineNumber.activeForeground': token('--ink-0'),
      'editor.lineHighlightBackground': token('--surface-2'),
      'editor.lineHighlightBorder': token('--surface-2'),
      'editorCursor.foreground': token('--accent'),
      'editorError.foreground': token('--danger'),
      'editorWarning.foreground': token('--warning'),
      'editorWidget.background': token('--surface-2'),
      'editorWidget.border': token('--line-strong'),
      'editorHoverWidget.background': token('--surface-2'),
      'editorHoverWidget.border': token('--line-strong'),
      'editorSuggestWidget.background': token('--surface-2'),
      'editorSuggestWidget.selectedBackground': token('--accent-soft'),
      'editorIndentGuide.background1': token('--line'),
      focusBorder: token('--accent'),
    },
  };
  probe.remove();
  return theme;
}
