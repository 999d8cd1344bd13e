import type { ServiceAccount } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind } from '../define';

export const ServiceAccounts = defineKind<ServiceAccount>('serviceaccounts', {
  columns: [nameColumn, { name: 'Secrets', value: ({ secrets }) => secrets?.length ?? 0 }, ageColumn],
});
