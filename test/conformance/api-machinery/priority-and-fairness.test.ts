import { describe } from 'vitest';
import { FlowSchemas } from '../../../src/kinds/flowcontrol/flowschema';
import { PriorityLevelConfigurations } from '../../../src/kinds/flowcontrol/prioritylevelconfiguration';
import { behaviour } from '../behaviours';
import { startConformance } from '../framework';
import { expectOperations } from './api-operations';

describe('API priority and fairness', () => {
  behaviour('api-machinery-001', () => {
    const subjects = [{ kind: 'User', user: { name: 'example-e2e-non-existent-user' } }];
    expectOperations(startConformance(), {
      kind: FlowSchemas,
      draft: { metadata: {}, spec: {
        matchingPrecedence: 10_000, priorityLevelConfiguration: { name: 'global-default' }, distinguisherMethod: { type: 'ByUser' },
        rules: [{ subjects, nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] }],
      } },
      patch: { spec: { matchingPrecedence: 9_999 } },
      update: (schema) => ({ ...schema, spec: { ...schema.spec, matchingPrecedence: 9_000, priorityLevelConfiguration: { name: 'global-default' } } }),
      changed: ({ spec }) => spec?.matchingPrecedence,
      status: true,
    });
  });

  behaviour('api-machinery-002', () => {
    const limited = (nominalConcurrencyShares: number) => ({ type: 'Limited', limited: { nominalConcurrencyShares, limitResponse: { type: 'Reject' } } });
    expectOperations(startConformance(), {
      kind: PriorityLevelConfigurations,
      draft: { metadata: {}, spec: limited(2) },
      patch: { spec: { limited: { nominalConcurrencyShares: 4 } } },
      update: (level) => ({ ...level, spec: limited(6) }),
      changed: ({ spec }) => spec?.limited?.nominalConcurrencyShares,
      status: true,
    });
  });
});
