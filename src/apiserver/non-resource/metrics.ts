import type { NonResource } from './types';

/** `/metrics`: how many objects there are of each kind, in Prometheus' text form. */
export const metrics: NonResource = ({ kinds, storage }, { path }) => {
  if (path !== '/metrics') return undefined;
  const lines = ['# HELP apiserver_resource_objects [STABLE] Objects in the store at this moment.', '# TYPE apiserver_resource_objects gauge'];
  for (const kind of kinds.preferred()) {
    if (kind.stored || !kind.facts.verbs.includes('list') || !kind.facts.verbs.includes('create')) continue;
    lines.push(`apiserver_resource_objects{group=${JSON.stringify(kind.group)},resource=${JSON.stringify(kind.facts.plural)}} ${storage.list(kind, undefined).length}`);
  }
  return { code: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', body: `${lines.join('\n')}\n` };
};
