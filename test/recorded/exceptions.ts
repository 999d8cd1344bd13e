import type { RecordedFile } from './files';

const goOrder = 'the message holds the whole object with its fields as Go orders them, here as they were written';
const otherRoles = "lists a role of the recorded distribution's own, and that of the device taint eviction controller, which is not emulated";

/** Steps that this server answers otherwise, by their number, and why. */
export const exceptions: Readonly<Record<RecordedFile, Readonly<Record<number, string>>>> = {
  validation: {},
  defaulting: {},
  patch: {
    70: goOrder,
    74: goOrder,
  },
  delete: {},
  apply: {},
  crd: {},
  rbac: {},
  admission: {},
  discovery: {
    55: 'the paths of hooks and checks inside the recorded server, which do not exist here, and of /openapi/v2, /flagz and /statusz, which are not served',
    58: 'names the hooks and checks inside the recorded server; here there are others',
  },
  'list-watch': {
    160: otherRoles,
    161: otherRoles,
    176: 'lists addresses drawn at random, and those of services that other recordings had left behind',
  },
};
