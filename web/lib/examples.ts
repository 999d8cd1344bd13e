import firstManifest from '../../examples/welcome/web.yaml?raw';

/** A manifest that ships with the page, named `folder/file`. */
export type Example = { readonly name: string; readonly text: string };

/** What runs when the page opens, and what the editor holds then. */
export const firstManifests: readonly string[] = [firstManifest];
export const starterText = firstManifest;

const prefix = '../../examples/';
const texts = import.meta.glob<string>('../../examples/**/*.yaml', { query: '?raw', import: 'default', eager: true });

export const examples: readonly Example[] = Object.entries(texts)
  .map(([path, text]) => ({ name: path.slice(prefix.length).replace(/\.yaml$/, ''), text }))
  .toSorted((a, b) => a.name.localeCompare(b.name));

/** The same as files of the console: `kubectl apply -f examples/guestbook/guestbook.yaml`. */
export const exampleFiles: Readonly<Record<string, string>> = Object.fromEntries(examples.map(({ name, text }) => [`examples/${name}.yaml`, text]));
