import type { RecordedFile } from './files';

const goOrder = 'the message holds the whole object with its fields as Go orders them, here as they were written';
const otherRoles = "lists a role of the recorded distribution's own, and that of the device taint eviction controller, which is not emulated";

const columnText = 'one column shows a struct, whose field has no text in the package that texts come from';

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
    126: columnText,
    130: columnText,
    131: columnText,
    133: columnText,
    134: columnText,
    136: columnText,
    139: columnText,
    140: columnText,
    153: columnText,
    157: columnText,
    160: otherRoles,
    161: otherRoles,
    174: columnText,
    175: columnText,
    176: 'lists addresses drawn at random, and those of services that other recordings had left behind',
  },
};
