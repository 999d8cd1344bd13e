import firstManifest from '../../examples/welcome/web.yaml?raw';

/** A manifest that ships with the page. `folder/file` names it; its text is loaded when it is asked for. */
export type Example = { readonly name: string; readonly load: () => Promise<string> };

/** What runs when the page opens, and what the editor holds then. */
export const firstManifests: readonly string[] = [firstManifest];
export const starterText = firstManifest;

const files = import.meta.glob<string>('../../examples/**/*.yaml', { query: '?raw', import: 'default' });

export const examples: readonly Example[] = Object.entries(files)
  .map(([path, load]) => ({ name: path.replace('../../examples/', '').replace(/\.yaml$/, ''), load }))
  .toSorted((a, b) => a.name.localeCompare(b.name));
