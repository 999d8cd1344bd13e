import type { GroupVersionKind } from '../../../schema/facts';
import { referenceTo, type OpenApiSchema } from '../../../schema/openapi';
import { queryParameters, type ParameterSet } from './parameters';

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const answerTypes = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'];
const streamTypes = ['application/json', 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf', 'application/vnd.kubernetes.protobuf;stream=watch', 'application/yaml'];
const patchTypes = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json'];

/** How a verb is written down: its HTTP method, the action the document calls it by, and what it takes and answers. */
type Form = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly action: string;
  readonly idVerb: string;
  readonly words: string;
  readonly parameters: ParameterSet;
  readonly body?: 'object' | 'patch' | 'options';
  readonly answer: 'object' | 'list' | 'status' | 'event';
  readonly codes: readonly (200 | 201 | 202)[];
};

export const forms = {
  list: { method: 'get', action: 'list', idVerb: 'list', words: 'list or watch objects of kind', parameters: 'list', answer: 'list', codes: [200] },
  create: { method: 'post', action: 'post', idVerb: 'create', words: 'create a', parameters: 'create', body: 'object', answer: 'object', codes: [200, 201, 202] },
  deletecollection: { method: 'delete', action: 'deletecollection', idVerb: 'delete', words: 'delete collection of', parameters: 'deletecollection', body: 'options', answer: 'status', codes: [200] },
  get: { method: 'get', action: 'get', idVerb: 'read', words: 'read the specified', parameters: 'none', answer: 'object', codes: [200] },
  update: { method: 'put', action: 'put', idVerb: 'replace', words: 'replace the specified', parameters: 'update', body: 'object', answer: 'object', codes: [200, 201] },
  patch: { method: 'patch', action: 'patch', idVerb: 'patch', words: 'partially update the specified', parameters: 'patch', body: 'patch', answer: 'object', codes: [200, 201] },
  delete: { method: 'delete', action: 'delete', idVerb: 'delete', words: 'delete a', parameters: 'delete', body: 'options', answer: 'status', codes: [200, 202] },
  watch: { method: 'get', action: 'watch', idVerb: 'watch', words: 'watch changes to an object of kind', parameters: 'none', answer: 'event', codes: [200] },
  watchlist: { method: 'get', action: 'watchlist', idVerb: 'watch', words: 'watch individual changes to a list of', parameters: 'none', answer: 'event', codes: [200] },
} as const satisfies Readonly<Record<string, Form>>;

export type OperationVerb = keyof typeof forms;
const codeNames = { 200: 'OK', 201: 'Created', 202: 'Accepted' } as const;

/** What an operation is about: the kind it names, the definition of its objects, and how its place is called in operation ids. */
export type Subject = { readonly gvk: GroupVersionKind; readonly definition: string; readonly tag: string; readonly idGroup: string; readonly idPlace: string };

/** One operation of a path, and the HTTP method it goes by. */
export function operationOf(verb: OperationVerb, { gvk, definition, tag, idGroup, idPlace }: Subject): readonly [string, OpenApiSchema] {
  const form: Form = forms[verb];
  const collection = verb === 'deletecollection' ? 'Collection' : '';
  return [form.method, {
    tags: [tag],
    description: `${form.words} ${gvk.kind}`,
    operationId: `${form.idVerb}${idGroup}${collection}${idPlace}`,
    ...(queryParameters[form.parameters].length > 0 && { parameters: queryParameters[form.parameters] }),
    ...(form.body && { requestBody: bodyOf(form.body, definition) }),
    responses: { ...Object.fromEntries(form.codes.map((code) => [code, { description: codeNames[code], content: answerOf(form, definition) }])), 401: { description: 'Unauthorized' } },
    'x-kubernetes-action': form.action,
    'x-kubernetes-group-version-kind': gvk,
  }];
}

function bodyOf(body: NonNullable<Form['body']>, definition: string): OpenApiSchema {
  if (body === 'patch') return { content: contentOf(patchTypes, `${meta}.Patch`), required: true };
  if (body === 'options') return { content: contentOf(['*/*'], `${meta}.DeleteOptions`) };
  return { content: contentOf(['*/*'], definition), required: true };
}

function answerOf({ answer }: Form, definition: string): OpenApiSchema {
  switch (answer) {
    case 'object': return contentOf(answerTypes, definition);
    case 'list': return contentOf(streamTypes, `${definition}List`);
    case 'event': return contentOf(streamTypes, `${meta}.WatchEvent`);
    case 'status': return contentOf(answerTypes, `${meta}.Status`);
  }
}

const contentOf = (types: readonly string[], definition: string): OpenApiSchema => Object.fromEntries(types.map((type) => [type, { schema: referenceTo(definition) }]));

/** A conversation or a proxied request: what is said depends on the container. */
export function connectOperation(method: string, { gvk, tag, idGroup, idPlace }: Subject): readonly [string, OpenApiSchema] {
  return [method, {
    tags: [tag], description: `connect ${method.toUpperCase()} requests to ${gvk.kind}`, operationId: `connect${idGroup}${capital(method)}${idPlace}`,
    responses: { 200: { description: 'OK', content: { '*/*': { schema: { type: 'string' } } } }, 401: { description: 'Unauthorized' } },
    'x-kubernetes-action': 'connect', 'x-kubernetes-group-version-kind': gvk,
  }];
}

/** The list of what a group version, or `/api` and `/apis`, serves. */
export const discoveryOperation = (tag: string, operationId: string, definition: string): OpenApiSchema => ({
  get: {
    tags: [tag], description: 'get available resources', operationId,
    responses: { 200: { description: 'OK', content: contentOf(answerTypes, `${meta}.${definition}`) }, 401: { description: 'Unauthorized' } },
  },
});

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
