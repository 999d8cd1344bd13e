import { invalidValue, required } from '../../api/status';
import { equal } from '../../lib/equality';
import { optionalResources } from '../../schema/resources';
import type { PodCertificateRequest } from '../../schema/types';
import { kindFrom } from '../define';
import { fill, change } from '../sharing';
import type { Errors } from '../rule-parts';

const facts = optionalResources.find(({ kind }) => kind === 'PodCertificateRequest');
if (!facts) throw new Error('no PodCertificateRequest in the resource table');

const names = ['signerName', 'podName', 'podUID', 'serviceAccountName', 'serviceAccountUID', 'nodeName', 'nodeUID'] as const;
const leastSeconds = 3_600;
const mostSeconds = 91 * 24 * 3_600;

function* rules({ spec }: PodCertificateRequest, previous: PodCertificateRequest | undefined): Errors {
  for (const name of names) if (!spec[name]) yield required(`spec.${name}`);
  const { maxExpirationSeconds: seconds = leastSeconds } = spec;
  if (seconds < leastSeconds) yield invalidValue('spec.maxExpirationSeconds', seconds, `must be in the range [${leastSeconds}, ${mostSeconds}]`);
  else if (seconds > mostSeconds) yield invalidValue('spec.maxExpirationSeconds', seconds, `must be in the range [${leastSeconds}, ${mostSeconds}]`);
  if (previous && !equal(previous.spec, spec)) yield invalidValue('spec', spec, 'field is immutable');
}

/** Served when the runtime configuration asks for its beta version. The proof of possession is stored, and not verified. */
export const PodCertificateRequests = kindFrom<PodCertificateRequest>(facts, {
  defaults: (request) => change(request, 'spec', (spec) => fill(spec, { maxExpirationSeconds: 86_400 })),
  rules: (request, { previous }) => rules(request, previous),
});
