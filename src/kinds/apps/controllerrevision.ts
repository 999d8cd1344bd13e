import { required } from '../../api/status';
import type { ControllerRevision } from '../../schema/types';
import { defineKind, type RuleContext } from '../define';
import { immutable, nonNegative, type Errors } from '../rule-parts';

/** A revision's data stays as it was: its number alone changes. */
function* revisionRules({ data, revision }: ControllerRevision, { previous }: RuleContext<ControllerRevision>): Errors {
  if (data === undefined || data === null) yield required('data', 'data is mandatory');
  yield* nonNegative('revision', revision);
  if (previous) yield* immutable('data', data, previous.data);
}

export const ControllerRevisions = defineKind<ControllerRevision>('controllerrevisions.apps', { rules: revisionRules });
