import { StatusError } from '../../api/status';
import type { Representation } from '../../api/types';

/** One media range of an Accept header: `application/json;as=Table;v=v1;g=meta.k8s.io`. */
export type MediaRange = { readonly type: string; readonly parameters: ReadonlyMap<string, string> };

const offered = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const representations = `${offered}, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch`;

/** The ranges of an Accept header, the most wanted first. No header accepts everything. */
export function mediaRanges(header: string | undefined): readonly MediaRange[] {
  const ranges = (header || '*/*').split(',').map((part) => {
    const [type = '', ...rest] = part.split(';').map((each) => each.trim());
    return { type, parameters: new Map(rest.map((each) => each.split('=', 2) as [string, string])) };
  });
  const weight = ({ parameters }: MediaRange) => Number(parameters.get('q') ?? 1);
  return ranges.sort((a, b) => weight(b) - weight(a));
}

/** Whether JSON, YAML or neither is what a range takes. */
export function formatOf({ type }: MediaRange): 'json' | 'yaml' | undefined {
  if (type === 'application/json' || type === '*/*' || type === 'application/*') return 'json';
  return type === 'application/yaml' ? 'yaml' : undefined;
}

/** Nothing that is accepted can be given. */
export const notAcceptable = (header: string): StatusError => (header.includes('as=')
  ? new StatusError('NotAcceptable', `only the following media types are accepted: ${offered}`)
  : new StatusError('NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${representations}`, {}));

/** The form of an answer: `as` is the word of the header behind the representation, `metaVersion` the version of it. */
export type Accepted = { readonly representation: Representation; readonly yaml: boolean; readonly as: string; readonly metaVersion: string };

const forms: Readonly<Record<string, Representation>> = { Table: 'table', PartialObjectMetadata: 'metadata', PartialObjectMetadataList: 'metadata' };
const metaVersions: ReadonlySet<string> = new Set(['v1', 'v1beta1']);

/** The first form in the Accept header that can be given; what is only created, and not kept, has no table. Throws NotAcceptable. */
export function acceptedForm(header: string | undefined, hasTable = true): Accepted {
  for (const range of mediaRanges(header)) {
    const format = formatOf(range);
    if (format === undefined) continue;
    const as = range.parameters.get('as');
    const yaml = format === 'yaml';
    if (as === undefined) return { representation: 'object', yaml, as: '', metaVersion: 'v1' };
    const representation = Object.hasOwn(forms, as) ? forms[as] : undefined;
    const metaVersion = range.parameters.get('v') ?? '';
    if (representation === 'table' && !hasTable) continue;
    if (representation && range.parameters.get('g') === 'meta.k8s.io' && metaVersions.has(metaVersion)) return { representation, yaml, as, metaVersion };
  }
  throw notAcceptable(header ?? '');
}
