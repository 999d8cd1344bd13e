import type { FlowSchema } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind, type Column } from '../define';

const defaultPrecedence = 1000;

/** Whether the priority level is missing, as the server's own controller has found. */
const missingLevel = ({ status }: FlowSchema): string => status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?';

const columns: readonly Column<FlowSchema>[] = [
  nameColumn,
  { name: 'PriorityLevel', value: ({ spec }) => spec.priorityLevelConfiguration.name },
  { name: 'MatchingPrecedence', value: ({ spec }) => spec.matchingPrecedence ?? 0 },
  { name: 'DistinguisherMethod', value: ({ spec }) => spec.distinguisherMethod?.type ?? '<none>' },
  ageColumn,
  { name: 'MissingPL', value: missingLevel },
];

export const FlowSchemas = defineKind<FlowSchema>('flowschemas.flowcontrol.apiserver.k8s.io', {
  generation: true,
  defaults: (object) => (object.spec.matchingPrecedence ? object : { ...object, spec: { ...object.spec, matchingPrecedence: defaultPrecedence } }),
  columns,
  tableOrder: (a, b) => (a.spec.matchingPrecedence ?? 0) - (b.spec.matchingPrecedence ?? 0),
});
