import type { OptionalName, OptionalPart } from '../optional-part';
import { nodePools } from './node-pools';

/** Every optional part by its name. */
export const optional: Partial<Readonly<Record<OptionalName, OptionalPart>>> = { 'node-pools': nodePools };
