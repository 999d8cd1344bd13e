import type { Descriptions } from '../../../schema/explain';
import { componentSchema, referencesIn, type OpenApiSchema } from '../../../schema/openapi';
import type { ServedVersion } from '../groups';
import { pathsOf } from './paths';

const securitySchemes = { BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' } };

/** The OpenAPI v3 document of one group version: its paths, and every schema they lead to. */
export function documentOf(served: ServedVersion, builtIn: boolean, descriptions: Descriptions): OpenApiSchema {
  const own: Record<string, OpenApiSchema> = Object.assign({}, ...served.kinds.map(({ openApi }) => openApi?.schemas));
  return document(pathsOf(served, builtIn), own, descriptions);
}

/** A document of these paths. `own` are schemas beside the built-in ones. */
export function document(paths: Readonly<Record<string, OpenApiSchema>>, own: Readonly<Record<string, OpenApiSchema>>, descriptions: Descriptions): OpenApiSchema {
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: '1.36' }, paths, components: { schemas: schemasOf(paths, own, descriptions), securitySchemes } };
}

function schemasOf(paths: OpenApiSchema, own: Readonly<Record<string, OpenApiSchema>>, descriptions: Descriptions): Readonly<Record<string, OpenApiSchema>> {
  const found = new Map<string, OpenApiSchema>();
  const open = [...referencesIn(paths)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = found.has(name) ? undefined : own[name] ?? componentSchema(name, descriptions);
    if (!schema) continue;
    found.set(name, schema);
    open.push(...referencesIn(schema));
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
