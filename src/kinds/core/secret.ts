import type { Secret } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind } from '../define';
import { fill } from '../sharing';
import { secretRules } from './data-rules';
import { tlsProblem } from './tls-problem';

/** Text as UTF-8 in base64. */
export const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** What a client wrote in plain text becomes data; only data is stored. */
function withData(secret: Secret): Secret {
  const { stringData, ...rest } = secret;
  if (!stringData) return secret;
  return { ...rest, data: { ...rest.data, ...Object.fromEntries(Object.entries(stringData).map(([key, text]) => [key, base64(text)])) } };
}

export const Secrets = defineKind<Secret>('secrets', {
  defaults: (secret) => fill(withData(secret), { type: 'Opaque' }),
  rules: secretRules,
  warnings: function* ({ type, data = {} }) {
    const problem = type === 'kubernetes.io/tls' ? tlsProblem(atob(data['tls.crt'] ?? ''), atob(data['tls.key'] ?? '')) : undefined;
    if (problem !== undefined) yield problem;
  },
  selectableFields: { type: ({ type }) => type ?? '' },
  columns: [
    nameColumn,
    { name: 'Type', value: ({ type }) => type ?? '' },
    { name: 'Data', value: ({ data }) => Object.keys(data ?? {}).length },
    ageColumn,
  ],
});
