import type { Service } from '../../schema/types';
import { defineKind } from '../define';

export const Services = defineKind<Service>('services');
