import { forbiddenField, invalidValue, notSupported, required } from '../../api/status';
import { semanticallyEqual } from '../../lib/equality';
import type {
  ExemptPriorityLevelConfiguration, LimitResponse, LimitedPriorityLevelConfiguration, PriorityLevelConfiguration, PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind, type Column } from '../define';
import type { Errors } from '../rule-parts';
import { change } from '../sharing';
import { conditionsRules } from './conditions';
import { mandatoryPriorityLevels } from './mandatory';
import { requiredEntropyBits, maxHashBits } from './shuffle-sharding';

const maxQueues = 10_000_000;
const notNegative = 'must be a non-negative integer';
const percent = 'must be between 0 and 100, inclusive';

function* levelRules({ metadata: { name }, spec, status }: PriorityLevelConfiguration): Errors {
  yield* specRules(spec, name);
  const fixed = mandatoryPriorityLevels.find((each) => each.name === name)?.spec;
  if (fixed) {
    const compared = name === 'exempt' ? { ...spec, exempt: fixed.exempt } : spec;
    const part = name === 'exempt' ? " except the 'spec.exempt' field" : '';
    if (!semanticallyEqual(compared, fixed)) yield invalidValue('spec', spec, `spec of '${name}'${part} must equal the fixed value`);
  }
  yield* conditionsRules(status?.conditions ?? [], 'status.conditions');
}

function* specRules({ type, limited, exempt }: PriorityLevelConfigurationSpec, name: string): Errors {
  if ((name === 'exempt') !== (type === 'Exempt')) yield invalidValue('spec.type', type, "type must be 'Exempt' if and only if name is 'exempt'");
  switch (type) {
    case 'Exempt':
      if (limited) yield forbiddenField('spec.limited', 'must be nil if the type is not Limited');
      if (!exempt) yield required('spec.exempt', 'must not be empty when type is Exempt');
      else yield* sharesRules(exempt, 'spec.exempt');
      break;
    case 'Limited':
      if (exempt) yield forbiddenField('spec.exempt', 'must be nil if the type is Limited');
      if (!limited) yield required('spec.limited', 'must not be empty when type is Limited');
      else yield* limitedRules(limited, 'spec.limited');
      break;
    default:
      yield notSupported('spec.type', type, ['Exempt', 'Limited']);
  }
}

function* sharesRules({ nominalConcurrencyShares: shares = 0, lendablePercent: lendable = 0 }: ExemptPriorityLevelConfiguration, at: string): Errors {
  if (shares < 0) yield invalidValue(`${at}.nominalConcurrencyShares`, shares, notNegative);
  if (lendable < 0 || lendable > 100) yield invalidValue(`${at}.lendablePercent`, lendable, percent);
}

function* limitedRules(limited: LimitedPriorityLevelConfiguration, at: string): Errors {
  const { nominalConcurrencyShares: shares = 0, lendablePercent: lendable = 0, borrowingLimitPercent: borrowing = 0, limitResponse } = limited;
  if (shares < 0) yield invalidValue(`${at}.nominalConcurrencyShares`, shares, notNegative);
  yield* responseRules(limitResponse ?? { type: '' }, `${at}.limitResponse`);
  if (lendable < 0 || lendable > 100) yield invalidValue(`${at}.lendablePercent`, lendable, percent);
  if (borrowing < 0) yield invalidValue(`${at}.borrowingLimitPercent`, borrowing, 'if specified, must be a non-negative integer');
}

function* responseRules({ type, queuing }: LimitResponse, at: string): Errors {
  if (type === 'Reject') {
    if (queuing) yield forbiddenField(`${at}.queuing`, 'must be nil if limited.limitResponse.type is not Limited');
  } else if (type !== 'Queue') yield notSupported(`${at}.type`, type, ['Queue', 'Reject']);
  else if (!queuing) yield required(`${at}.queuing`, 'must not be empty if limited.limitResponse.type is Limited');
  else yield* queuingRules(queuing, `${at}.queuing`);
}

function* queuingRules({ queueLengthLimit = 0, queues = 0, handSize = 0 }: QueuingConfiguration, at: string): Errors {
  if (queueLengthLimit <= 0) yield invalidValue(`${at}.queueLengthLimit`, queueLengthLimit, 'must be positive');
  if (queues <= 0) yield invalidValue(`${at}.queues`, queues, 'must be positive');
  else if (queues > maxQueues) yield invalidValue(`${at}.queues`, queues, `must not be greater than ${maxQueues}`);
  if (handSize <= 0) yield invalidValue(`${at}.handSize`, handSize, 'must be positive');
  else if (handSize > queues) yield invalidValue(`${at}.handSize`, handSize, `should not be greater than queues (${queues})`);
  else if (requiredEntropyBits(queues, handSize) > maxHashBits)
    yield invalidValue(`${at}.handSize`, handSize, `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${maxHashBits}`);
}

/** Zero is left to stand where a pointer says that it was meant. */
const limitedDefaults = (limited: LimitedPriorityLevelConfiguration): LimitedPriorityLevelConfiguration => {
  const { nominalConcurrencyShares = 30, lendablePercent = 0 } = limited;
  const complete = limited.nominalConcurrencyShares === undefined || limited.lendablePercent === undefined
    ? { ...limited, nominalConcurrencyShares, lendablePercent } : limited;
  return change(complete, 'limitResponse', (response) => change(response, 'queuing', queuingDefaults));
};
const queuingDefaults = (given: QueuingConfiguration): QueuingConfiguration =>
  given.queues && given.handSize && given.queueLengthLimit ? given
    : { ...given, queues: given.queues || 64, handSize: given.handSize || 8, queueLengthLimit: given.queueLengthLimit || 50 };
const exemptDefaults = (given: ExemptPriorityLevelConfiguration): ExemptPriorityLevelConfiguration =>
  given.nominalConcurrencyShares !== undefined && given.lendablePercent !== undefined ? given : { nominalConcurrencyShares: 0, lendablePercent: 0, ...given };

function specDefaults(spec: PriorityLevelConfigurationSpec): PriorityLevelConfigurationSpec {
  const exempt = spec.type === 'Exempt' && !spec.exempt ? { ...spec, exempt: {} } : spec;
  return change(change(exempt, 'limited', limitedDefaults), 'exempt', exemptDefaults);
}

const queuingColumn = (name: string, field: keyof QueuingConfiguration): Column<PriorityLevelConfiguration> => ({
  name,
  value: ({ spec }) => spec.limited?.limitResponse?.queuing?.[field] ?? '<none>',
});

export const PriorityLevelConfigurations = defineKind<PriorityLevelConfiguration>('prioritylevelconfigurations.flowcontrol.apiserver.k8s.io', {
  generation: true,
  defaults: (object) => change(object, 'spec', specDefaults),
  rules: levelRules,
  partRules: ({ status }) => conditionsRules(status?.conditions ?? [], 'status.conditions'),
  columns: [
    nameColumn,
    { name: 'Type', value: ({ spec }) => spec.type },
    { name: 'NominalConcurrencyShares', value: ({ spec }) => spec.limited?.nominalConcurrencyShares ?? '<none>' },
    queuingColumn('Queues', 'queues'),
    queuingColumn('HandSize', 'handSize'),
    queuingColumn('QueueLengthLimit', 'queueLengthLimit'),
    ageColumn,
  ],
});
