import type { KubeObject } from '../../src/api/types';

/** An object, as the page points at it. The uid is absent where only a name was given (an event's object). */
export type Selection = { readonly resource: string; readonly name: string; readonly namespace?: string | undefined; readonly uid?: string | undefined };
export type NarrowTab = 'see' | 'explore' | 'edit' | 'console';
export type Theme = 'system' | 'light' | 'dark';

const themeKey = 'podarium.theme';

/** What the person looks at: the only state, with editor text and layout, that belongs to the page. */
export class View {
  selected = $state.raw<Selection>();
  /** The kind that the explorer lists. */
  resource = $state('pods');
  /** Empty: all namespaces. */
  namespace = $state('');
  objectTab = $state<'details' | 'yaml' | 'events' | 'describe' | 'logs'>('details');
  bottom = $state<'console' | 'events'>('console');
  narrowTab = $state<NarrowTab>('see');
  asTable = $state(false);
  help = $state(false);
  presenting = $state(false);
  theme = $state<Theme>(savedTheme());

  select(selection: Selection | undefined): void {
    this.selected = selection;
    if (!selection) return;
    this.resource = selection.resource;
    if (selection.resource !== 'pods' && this.objectTab === 'logs') this.objectTab = 'details';
  }

  selectObject(resource: string, { metadata: { name, namespace, uid } }: KubeObject): void { this.select({ resource, name, namespace, uid }); }

  setTheme(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem(themeKey, theme);
    this.showTheme();
  }

  showTheme(): void {
    if (this.theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.theme;
  }

  setPresenting(presenting: boolean): void {
    this.presenting = presenting;
    if (presenting) document.documentElement.dataset['presenting'] = '';
    else delete document.documentElement.dataset['presenting'];
  }
}

function savedTheme(): Theme {
  const saved = localStorage.getItem(themeKey);
  return saved === 'light' || saved === 'dark' ? saved : 'system';
}

/** Whether the theme in force is the dark one. */
export const isDark = (theme: Theme): boolean => theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
