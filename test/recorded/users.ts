import type { User } from '../../src/api/types';

const authenticated = 'system:authenticated';

/** Who the recorder was, by the names of its README. */
export const recordedUsers: Readonly<Record<string, User>> = {
  admin: { name: 'kubernetes-admin', uid: '1', groups: ['system:masters', authenticated] },
  alice: { name: 'alice', uid: '2', groups: ['devs', authenticated] },
  bob: { name: 'bob', uid: '3', groups: [authenticated] },
  anonymous: { name: 'system:anonymous', groups: ['system:unauthenticated'] },
};
