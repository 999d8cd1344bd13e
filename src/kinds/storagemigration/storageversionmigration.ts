import { invalidValue, required } from '../../api/status';
import { isDNS1035Label, isDNS1123Subdomain } from '../../lib/names';
import { optionalResources } from '../../schema/resources';
import type { StorageVersionMigration } from '../../schema/types';
import { kindFrom } from '../define';
import { immutable, named, type Errors } from '../rule-parts';

const facts = optionalResources.find(({ kind }) => kind === 'StorageVersionMigration');
if (!facts) throw new Error('no StorageVersionMigration in the resource table');

function* rules({ spec }: StorageVersionMigration, previous: StorageVersionMigration | undefined): Errors {
  const { group = '', resource = '' } = spec.resource;
  if (!resource) yield required('spec.resource.resource', 'resource is required to be set');
  else yield* named(isDNS1035Label, 'spec.resource.resource', resource);
  if (group) yield* named(isDNS1123Subdomain, 'spec.resource.group', group);
  if (previous) yield* immutable('spec', spec, previous.spec);
}

const isTrue = ({ status }: StorageVersionMigration, type: string): boolean => status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;

function* statusRules(migration: StorageVersionMigration, previous: StorageVersionMigration | undefined): Errors {
  const { conditions = [], resourceVersion = '' } = migration.status ?? {};
  const before = previous?.status?.resourceVersion ?? '';
  if (before !== '' && before !== resourceVersion) yield invalidValue('status.resourceVersion', resourceVersion, 'field is immutable');
  const wrong = (detail: string) => invalidValue('status.conditions', conditions, detail);
  const [succeeded, failed, running] = ['Succeeded', 'Failed', 'Running'].map((type) => isTrue(migration, type));
  if (succeeded && failed) yield wrong('Both success and failed conditions cannot be true at the same time');
  if (succeeded && running) yield wrong('Running condition cannot be true when success condition is true');
  if (failed && running) yield wrong('Running condition cannot be true when failed condition is true');
  if (previous && isTrue(previous, 'Succeeded') && !succeeded) yield wrong('Success condition cannot be set to false once it is true');
  if (previous && isTrue(previous, 'Failed') && !failed) yield wrong('Failed condition cannot be set to false once it is true');
}

/** Served when the runtime configuration asks for its beta version. As upstream without the StorageVersionMigrator feature, no controller migrates. */
export const StorageVersionMigrations = kindFrom<StorageVersionMigration>(facts, {
  rules: (migration, { previous }) => rules(migration, previous),
  partRules: (migration, { previous }) => statusRules(migration, previous),
});
