import { invalidValue, required, tooLong } from '../../api/status';
import { isDNS1123Subdomain } from '../../lib/names';
import type { Errors } from '../rule-parts';

const maxLength = 63;

/** The name of a storage driver: a domain in letters of either case, no longer than a label. */
export function* driverNameRules(name: string, at: string): Errors {
  if (!name) yield required(at);
  if (name.length > maxLength) yield tooLong(at, maxLength);
  for (const message of isDNS1123Subdomain(name.toLowerCase())) yield invalidValue(at, name, message);
}
