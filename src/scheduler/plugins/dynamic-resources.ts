import type { Plugin } from '../framework';

/** Resource claims are not emulated: pods without claims pass, and its part of a failed pod's message is upstream's. */
export const dynamicResources: Plugin = {
  name: 'DynamicResources',
  preFilter: ({ pod }) => (pod.spec.resourceClaims?.length ? { plugin: 'DynamicResources', reasons: ['resource claims are not emulated here'], unresolvable: true } : undefined),
  postFilter: () => 'no new claims to deallocate',
};
