import type { Deployment } from '../../schema/types';
import { defineKind } from '../define';

export const Deployments = defineKind<Deployment>('deployments.apps');
