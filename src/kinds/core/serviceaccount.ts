import type { ServiceAccount } from '../../schema/types';
import { defineKind } from '../define';

export const ServiceAccounts = defineKind<ServiceAccount>('serviceaccounts');
