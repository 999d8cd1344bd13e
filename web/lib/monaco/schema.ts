import type { SchemasSettings } from 'monaco-yaml';

/** The schema of a manifest, for completion and hover. */
export const manifestSchema = (): SchemasSettings => ({ uri: 'https://podarium.invalid/manifest.json', fileMatch: ['*'], schema: {} });
