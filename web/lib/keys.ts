import type { App } from './app.svelte';

const panels = ['explore', 'see', 'edit', 'console'];

/** Keys that hold everywhere but in a text: there a letter is a letter. */
export function onPageKey(app: App, event: KeyboardEvent): void {
  const { view } = app;
  const { key } = event;
  if (key === 'F6') { nextPanel(event.shiftKey ? -1 : 1); event.preventDefault(); return; }
  if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === 's') { event.preventDefault(); return; }   // the browser has nothing to save here
  if (event.ctrlKey && key === '`') { focusConsole(app); event.preventDefault(); return; }
  if ((event.ctrlKey || event.metaKey) && key === 'z' && app.offer && !isText(event.target)) { app.takeBack(); event.preventDefault(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || isText(event.target)) return;
  const work = works[key];
  if (!work || (key === ' ' && isControl(event.target))) return;
  work(app, view);
  event.preventDefault();
}

const works: Readonly<Record<string, (app: App, view: App['view']) => void>> = {
  ' ': (app) => app.toggle(),
  '.': (app) => app.step(),
  ':': (app) => focusConsole(app),
  '/': (_, view) => { view.select(undefined); view.narrowTab = 'explore'; focusSoon('[data-filter]'); },
  '?': (_, view) => { view.help = !view.help; },
  t: (_, view) => { view.asTable = !view.asTable; },
  Escape: (_, view) => { if (view.help) view.help = false; else view.select(undefined); },
};

/** When what was just switched to has been drawn. */
const focusSoon = (selector: string): void => { requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus()); };

function focusConsole({ view }: App): void {
  view.bottom = 'console';
  view.narrowTab = 'console';
  focusSoon('[data-console-input]');
}

function nextPanel(step: 1 | -1): void {
  const shown = panels.map((name) => document.querySelector<HTMLElement>(`[data-panel="${name}"]`)).filter((panel) => panel?.offsetParent);
  const at = shown.findIndex((panel) => panel?.contains(document.activeElement));
  shown[(at + step + shown.length) % shown.length]?.focus();
}

const isText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('textarea, select, input:not([type="checkbox"])') || target.closest('.monaco-editor') !== null);
const isControl = (target: EventTarget | null): boolean => target instanceof Element && target.closest('button, select, input, summary') !== null;
