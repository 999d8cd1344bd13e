import type { CoreV1Event } from '../../schema/types';
import { defineKind } from '../define';

export const Events = defineKind<CoreV1Event>('events');
