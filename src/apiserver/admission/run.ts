import type { KubeObject } from '../../api/types';
import type { Admission, Attributes } from './types';

/** The changing phase. Returns the object as the plugins want it. */
export function mutate(plugins: readonly Admission[], object: KubeObject, attributes: Attributes): KubeObject {
  let current = object;
  for (const plugin of plugins) if (plugin.mutate && concerns(plugin, attributes)) current = plugin.mutate(current, { ...attributes, object: current });
  return current;
}

/** The judging phase. */
export function judge(plugins: readonly Admission[], attributes: Attributes): void {
  for (const plugin of plugins) if (plugin.validate && concerns(plugin, attributes)) plugin.validate(attributes);
}

const concerns = ({ resources }: Admission, { kind }: Attributes): boolean => !resources || resources.includes(kind.resource);

