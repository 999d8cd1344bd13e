import { describe, expect, test } from 'vitest';
import { CustomResourceDefinitions } from '../../../src/kinds/apiextensions/customresourcedefinition';
import { refusal, startServer } from '../start';
import { definitionOf, startWith, versionOf, widget, Widgets } from './definition';

const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;
const conditions = (definition: { readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[] } }): readonly string[] =>
  (definition.status?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason ?? ''}`);

describe('a definition', () => {
  test('is established, and its resources are served then', () => {
    const { client, clock } = startServer();
    const created = client.create(CustomResourceDefinitions, definitionOf([versionOf('v1', open)]));
    expect(created.status).toEqual({ conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: ['v1'] });
    expect(refusal(() => client.list(Widgets, 'default')).reason).toBe('NotFound');
    clock.advanceBy(0);
    const established = client.get(CustomResourceDefinitions, created.metadata);
    expect(conditions(established)).toEqual(['NamesAccepted=True NoConflicts', 'Established=True InitialNamesAccepted']);
    expect(established.status?.acceptedNames).toEqual({ plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' });
    expect(client.list(Widgets, 'default')).toMatchObject({ kind: 'WidgetList', apiVersion: 'example.org/v1', items: [] });
  });

  test('whose names are taken waits until they are free', () => {
    const { client, clock } = startWith([versionOf('v1', open)]);
    const other = definitionOf([versionOf('v1', open)], { names: { plural: 'others', kind: 'Widget', shortNames: ['widget'] } });
    client.create(CustomResourceDefinitions, { ...other, metadata: { name: 'others.example.org' } });
    clock.advanceBy(0);
    const waiting = client.get(CustomResourceDefinitions, { name: 'others.example.org' });
    expect(waiting.status?.conditions?.[0]).toMatchObject({ type: 'NamesAccepted', status: 'False', reason: 'SingularConflict', message: '"widget" is already in use' });
    expect(conditions(waiting)[1]).toBe('Established=False NotAccepted');
    client.delete(CustomResourceDefinitions, { name: 'widgets.example.org' });
    clock.advanceBy(0);
    expect(conditions(client.get(CustomResourceDefinitions, { name: 'others.example.org' }))).toEqual(['NamesAccepted=True NoConflicts', 'Established=True InitialNamesAccepted']);
  });

  test('goes with its objects, and after those that somebody holds', () => {
    const { client, clock, current } = startWith([versionOf('v1', open)]);
    client.create(Widgets, widget('a'));
    const held = client.create(Widgets, { ...widget('held'), metadata: { name: 'held', namespace: 'default', finalizers: ['example.org/hold'] } });
    const answer = client.delete(CustomResourceDefinitions, { name: 'widgets.example.org' });
    expect(conditions(answer)).toContain('Terminating=True InstanceDeletionPending');
    clock.advanceBy(0);
    expect(conditions(current())).toContain('Terminating=True InstanceDeletionInProgress');
    expect(client.list(Widgets, 'default').items.map(({ metadata }) => metadata.name)).toEqual(['held']);
    expect(refusal(() => client.create(Widgets, widget('new')))).toMatchObject({ code: 405, message: 'create not allowed while custom resource definition is terminating' });
    client.patch(Widgets, held.metadata, { metadata: { finalizers: null } });
    clock.advanceBy(0);
    expect(refusal(() => client.get(CustomResourceDefinitions, { name: 'widgets.example.org' })).reason).toBe('NotFound');
    expect(refusal(() => client.list(Widgets, 'default')).reason).toBe('NotFound');
  });

  test('defined otherwise or taken away ends the watches of its objects', () => {
    const { client, clock, redefine } = startWith([versionOf('v1', open)]);
    const ended: string[] = [];
    client.watch(Widgets, { since: '' }).subscribe({ complete: () => ended.push('first') });
    redefine([versionOf('v1', { ...open, description: 'more' })]);
    expect(ended).toEqual(['first']);
    const events: string[] = [];
    client.watch(Widgets, { since: '' }).subscribe({ next: ({ type }) => events.push(type), complete: () => ended.push('second') });
    client.create(Widgets, widget('a'));
    client.delete(CustomResourceDefinitions, { name: 'widgets.example.org' });
    clock.advanceBy(0);
    expect(ended).toEqual(['first', 'second']);
    expect(events).toContain('ADDED');
  });

  test('of a group of Kubernetes needs an approval, and says whether it has one', () => {
    const { client, clock } = startServer();
    const draft = definitionOf([versionOf('v1', open)], { group: 'x.k8s.io' });
    const approved = { ...draft, metadata: { name: 'widgets.x.k8s.io', annotations: { 'api-approved.kubernetes.io': 'https://example.org/1' } } };
    client.create(CustomResourceDefinitions, approved);
    clock.advanceBy(0);
    expect(client.get(CustomResourceDefinitions, { name: 'widgets.x.k8s.io' }).status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'KubernetesAPIApprovalPolicyConformant', status: 'True', reason: 'ApprovedAnnotation', message: 'approved in https://example.org/1' }));
  });

  test('keeps kind and scope once it is established, and versions that may be stored', () => {
    const { client, current, redefine } = startWith([versionOf('v1', open)]);
    const definition = current();
    const kinds = refusal(() => client.update(CustomResourceDefinitions,
      { ...definition, spec: { ...definition.spec, scope: 'Cluster', names: { ...definition.spec.names, kind: 'Gizmo', listKind: 'GizmoList' } } }));
    expect(kinds.causes.map(({ field }) => field)).toEqual(['spec.scope', 'spec.names.kind']);
    expect(refusal(() => redefine([versionOf('v2', open, { storage: true })])).message).toContain('missing from spec.versions; v1 was previously a storage version');
    redefine([versionOf('v2', open, { storage: true }), versionOf('v1', open, { storage: false })]);
    expect(current().status?.storedVersions).toEqual(['v1', 'v2']);
  });
});
