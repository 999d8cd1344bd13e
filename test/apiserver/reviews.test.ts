import { expect, test } from 'vitest';
import { refusal, startServer } from './start';

const ask = (resource: string, spec: object, namespace?: string) => {
  const { call, store } = startServer();
  const { revision } = store;
  const answer = call({ verb: 'create', resource, namespace, body: { spec } });
  expect(store.revision, 'a review is not stored').toBe(revision);
  return answer;
};

test('who asks whether something is allowed is answered, and nothing is stored', () => {
  const resourceAttributes = { namespace: 'default', verb: 'delete', resource: 'pods' };
  expect(ask('selfsubjectaccessreviews.authorization.k8s.io', { resourceAttributes }))
    .toMatchObject({ code: 201, body: { kind: 'SelfSubjectAccessReview', spec: { resourceAttributes }, status: { allowed: true } } });
  expect(ask('subjectaccessreviews.authorization.k8s.io', { user: 'alice', resourceAttributes }).body).toMatchObject({ status: { allowed: true } });
});

test('who am I', () => {
  expect(ask('selfsubjectreviews.authentication.k8s.io', {}).body).toMatchObject({ status: { userInfo: { username: 'kubernetes-admin', groups: ['system:masters'] } } });
});

test('a question that asks nothing is refused in upstream\'s words; a token that is none is answered with why', () => {
  expect(refusal(() => ask('selfsubjectaccessreviews.authorization.k8s.io', {})).message)
    .toBe('.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified');
  expect(refusal(() => ask('selfsubjectrulesreviews.authorization.k8s.io', {})).message).toBe('no namespace on request');
  expect(ask('tokenreviews.authentication.k8s.io', { token: 'x' }).body).toMatchObject({ status: { user: {}, error: 'invalid bearer token' } });
  expect(refusal(() => ask('tokenreviews.authentication.k8s.io', {})).message).toBe('token is required for TokenReview in authentication');
});
