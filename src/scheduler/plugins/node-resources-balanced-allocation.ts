import { podRequests } from '../../kinds/core/pod-resources';
import { maxNodeScore, type Plugin } from '../framework';

/** Prefers nodes whose cpu and memory the pod would use more evenly than they are used now. */
export const nodeResourcesBalancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  looksAt: podRequests,
  preScore: ({ requests: { cpuMilli, memoryBytes } }) => {
    if (cpuMilli === 0 && memoryBytes === 0) return undefined;   // or pods that ask for nothing would pile up on one node
    return (candidates, scores) => candidates.forEach(({ allocatableCpuMilli, allocatableMemoryBytes, requestedCpuMilli, requestedMemoryBytes }, i) => {
      const after = balance(requestedCpuMilli + cpuMilli, allocatableCpuMilli, requestedMemoryBytes + memoryBytes, allocatableMemoryBytes);
      const before = balance(requestedCpuMilli, allocatableCpuMilli, requestedMemoryBytes, allocatableMemoryBytes);
      scores[i] = maxNodeScore / 2 + Math.trunc((maxNodeScore / 2 + after - before) / 2);
    });
  },
};

/** 100 when both are used to the same share; less by their standard deviation, which for two is half their difference. */
export function balance(usedCpu: number, cpu: number, usedMemory: number, memory: number): number {
  if (cpu === 0 || memory === 0) return maxNodeScore;
  const deviation = Math.abs((Math.min(usedCpu / cpu, 1) - Math.min(usedMemory / memory, 1)) / 2);
  return Math.trunc((1 - deviation) * maxNodeScore);
}
