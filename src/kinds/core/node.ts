import type { Node } from '../../schema/types';
import { defineKind } from '../define';

export const Nodes = defineKind<Node>('nodes');
