import type { ServiceAccount } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind } from '../define';

export const ServiceAccounts = defineKind<ServiceAccount>('serviceaccounts', {
  columns: [nameColumn, ageColumn],
});
