import type { EndpointSlice } from '../../schema/types';
import { defineKind } from '../define';

export const EndpointSlices = defineKind<EndpointSlice>('endpointslices.discovery.k8s.io');
