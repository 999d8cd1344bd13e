import type { Group } from './help';
import type { Verb } from './verb';
import { apply } from './verbs/apply';
import { deleteVerb } from './verbs/delete';
import { describe } from './verbs/describe';
import { get } from './verbs/get';
import { scale } from './verbs/scale';

/** Every verb, in the order of help. */
export const verbs: readonly Verb[] = [get, deleteVerb, scale, describe, apply];

/** Families of verbs. */
export const groups: readonly Group[] = [];

export const isGroup = (name: string): boolean => groups.some((group) => group.name === name);

/** The subcommands one level below `name`. */
export const membersOf = (name: string): readonly (Verb | Group)[] => {
  const depth = name.split(' ').length + 1;
  return [...verbs, ...groups].filter((each) => each.name.startsWith(`${name} `) && each.name.split(' ').length === depth);
};
