import { groupBy } from '../../lib/group-by';
import type { Overload } from '../overload';
import { addresses } from './addresses';
import { authorization } from './authorizer';
import { conversions } from './conversions';
import { encodings } from './encodings';
import { lists } from './lists';
import { mathematics } from './math';
import { namedFormats } from './named-formats';
import { operators } from './operators';
import { optionals } from './optionals';
import { quantities } from './quantities';
import { regularExpressions } from './regex';
import { semanticVersions } from './semver';
import { strings } from './strings';
import { times } from './times';
import { urls } from './urls';

const all: readonly Overload[] = [
  ...operators, ...conversions, ...strings, ...lists, ...mathematics, ...optionals, ...times, ...regularExpressions,
  ...urls, ...addresses, ...quantities, ...namedFormats, ...semanticVersions, ...authorization, ...encodings,
];

const keyOf = (name: string, receiver: boolean): string => (receiver ? `.${name}` : name);
const byName = groupBy(all, ({ name, receiver }) => keyOf(name, receiver));

/** All forms of a function; `receiver` for what is called on a value. */
export const overloadsOf = (name: string, receiver: boolean): readonly Overload[] => byName.get(keyOf(name, receiver)) ?? [];
