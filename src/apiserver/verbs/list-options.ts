import { forbiddenField, invalid, notSupported, type FieldError } from '../../api/status';
import type { RequestOptions, WatchRequest } from '../../api/types';

const listOptions = { resource: 'listoptions.meta.k8s.io', kind: 'ListOptions', group: 'meta.k8s.io' };
const match = 'resourceVersionMatch';

/** Throws Invalid when the options of a list contradict each other. */
export const checkListOptions = (options: RequestOptions): void => refuse([...listErrors(options)]);

/** Throws Invalid when the options of a watch do. */
export const checkWatchOptions = (request: WatchRequest): void => refuse([...watchErrors(request)]);

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(listOptions, '', errors);
}

function* listErrors({ resourceVersion, resourceVersionMatch, continue: token, sendInitialEvents }: RequestOptions): Generator<FieldError> {
  if (resourceVersionMatch) {
    if (!resourceVersion) yield forbiddenField(match, 'resourceVersionMatch is forbidden unless resourceVersion is provided');
    if (token) yield forbiddenField(match, 'resourceVersionMatch is forbidden for continue');
    if (resourceVersionMatch !== 'Exact' && resourceVersionMatch !== 'NotOlderThan') yield notSupported(match, resourceVersionMatch, ['Exact', 'NotOlderThan', '']);
    if (resourceVersionMatch === 'Exact' && resourceVersion === '0') yield forbiddenField(match, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  if (sendInitialEvents !== undefined) yield forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list');
}

function* watchErrors({ resourceVersionMatch, sendInitialEvents }: WatchRequest): Generator<FieldError> {
  if (sendInitialEvents !== undefined && resourceVersionMatch !== 'NotOlderThan')
    yield forbiddenField(match, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  if (!resourceVersionMatch) return;
  if (sendInitialEvents === undefined) yield forbiddenField(match, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
  if (resourceVersionMatch !== 'NotOlderThan') yield notSupported(match, resourceVersionMatch, ['NotOlderThan']);
}
