import { completeKinds } from '../kinds/registry';
import { expressionWarnings } from '../kinds/admissionregistration/type-checking';
import { signRequest } from '../lib/certificates/authority';
import { parseRequest } from '../lib/certificates/request';
import { defaultAdmission } from './admission/all';
import { CustomResources } from './apiextensions/definitions';
import { answerNonResource } from './non-resource/answer';
import type { ServerParts } from './parts';
import { proxy } from './proxy';
import { evict } from './subresources/eviction';
import { scale } from './subresources/scale';
import { review } from './reviews';

/** All that a server has. */
export const serverParts: ServerParts = {
  completeKinds,
  admission: defaultAdmission,
  customResources: (context, call, plan) => {
    const resources = new CustomResources(context, call, plan);
    return (name) => resources.look(name);
  },
  nonResource: answerNonResource,
  review,
  subresources: { eviction: evict, scale },
  proxy,
  policyWarnings: expressionWarnings,
  certificates: { parse: parseRequest, sign: signRequest },
};
