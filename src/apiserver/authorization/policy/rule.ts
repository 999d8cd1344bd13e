import type { PolicyRule } from '../../../schema/types';

export const read = 'get list watch';
export const write = 'create update patch delete deletecollection';
export const readWrite = `${read} ${write}`;
export const readUpdate = `${read} update patch`;

const words = (text: string): readonly string[] => text.split(' ').sort();

/** A rule in short: words apart by spaces, `core` for the group without a name. Lists are sorted, as upstream's builder leaves them. */
export const rule = (verbs: string, groups: string, resources: string, names?: string): PolicyRule => ({
  verbs: words(verbs),
  apiGroups: words(groups).map((group) => (group === 'core' ? '' : group)).sort(),
  resources: words(resources),
  ...(names !== undefined && { resourceNames: words(names) }),
});
export const urlRule = (verbs: string, urls: string): PolicyRule => ({ verbs: words(verbs), nonResourceURLs: words(urls) });

/** What everybody needs who tells of events. */
export const eventsRule = rule('create update patch', 'core events.k8s.io', 'events');
