import { labels as wellKnown } from '../../kinds/core/well-known';
import type { Node } from '../../schema/types';

/** Labels by their old names, that follow those of the new ones. */
const followers = [[wellKnown.os, 'beta.kubernetes.io/os'], [wellKnown.arch, 'beta.kubernetes.io/arch']] as const;

/** The old names' labels that are missing or say otherwise; undefined when all is well. */
export function missingLabels({ metadata: { labels = {} } }: Node): Readonly<Record<string, string>> | undefined {
  let missing: Record<string, string> | undefined;
  for (const [name, old] of followers) {
    const value = labels[name];
    if (value !== undefined && labels[old] !== value) (missing ??= {})[old] = value;
  }
  return missing;
}
