import { rejection, type Plugin } from '../framework';

const notEmulated = rejection('DynamicResources', 'resource claims are not emulated here');

/** Resource claims are not emulated: pods without claims pass, and its part of a failed pod's message is upstream's. */
export const dynamicResources: Plugin = {
  name: 'DynamicResources',
  preFilter: ({ pod }) => (pod.spec.resourceClaims?.length ? notEmulated : undefined),
  postFilter: () => ({ message: 'no new claims to deallocate' }),
};
