import type { User } from '../../src/api/types';

const authenticated = 'system:authenticated';

/** Who the recorder was, by the names of its README. */
export const recordedUsers: Readonly<Record<string, User>> = {
  admin: { name: 'kubernetes-admin', groups: ['system:masters', authenticated] },
  alice: { name: 'alice', groups: ['devs', authenticated] },
  bob: { name: 'bob', groups: [authenticated] },
  anonymous: { name: 'system:anonymous', groups: ['system:unauthenticated'] },
};
