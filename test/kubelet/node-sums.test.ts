import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { podRequests } from '../../src/kinds/core/pod-resources';
import { NodeRequests } from '../../src/kubelet/node-admission';
import { PodAddresses } from '../../src/kubelet/pod-addresses';

const spec = (cpu: number, memory: number, gpu: number) => ({
  containers: [{
    name: 'c', resources: { requests: { cpu: `${cpu}m`, memory: String(memory), ...(gpu > 0 && { 'example.com/gpu': String(gpu) }) } },
  }],
});
const step = fc.record({ uid: fc.constantFrom('a', 'b', 'c', 'd'), spec: fc.option(fc.tuple(fc.nat(2_000), fc.nat(1_000), fc.nat(2)), { nil: undefined }), resizes: fc.boolean() });

test('what a node has given away, kept up pod by pod, is the sum of the pods that are there', () => {
  fc.assert(fc.property(fc.array(step), (steps) => {
    const kept = new NodeRequests();
    const there = new Map<string, ReturnType<typeof podRequests>>();
    for (const { uid, spec: amounts, resizes } of steps) {
      if (!amounts) { kept.remove(uid); there.delete(uid); continue; }
      const requests = podRequests(spec(...amounts));
      if (resizes) kept.change(uid, requests); else kept.add(uid, requests);
      if (there.has(uid) === resizes) there.set(uid, requests);   // only what is there is resized, and only what is not is added
    }
    const total = (of: (requests: ReturnType<typeof podRequests>) => number) => [...there.values()].reduce((sum, requests) => sum + of(requests), 0);
    expect(kept.count).toBe(there.size);
    expect(kept.sum('cpu')).toBe(total(({ cpuMilli }) => cpuMilli));
    expect(kept.sum('memory')).toBe(total(({ memoryBytes }) => memoryBytes));
    expect(kept.sum('example.com/gpu')).toBe(total(({ others }) => others['example.com/gpu'] ?? 0));
  }));
});

describe('the addresses of a podCIDR', () => {
  test('are never given out twice, whatever comes back in between', () => {
    fc.assert(fc.property(fc.array(fc.nat(9)), (choices) => {
      const addresses = new PodAddresses('10.1.2.0/28');
      const used: string[] = [];
      for (const choice of choices) {
        const freed = choice < 4 ? used.splice(choice, 1)[0] : undefined;
        if (freed !== undefined) { addresses.free(freed); continue; }
        const ip = addresses.take();
        if (ip === undefined) { expect(used).toHaveLength(13); continue; }
        expect(used).not.toContain(ip);
        expect(ip).toMatch(/^10\.1\.2\.([2-9]|1[0-4])$/);
        used.push(ip);
      }
    }));
  });

  test('go round before one comes again', () => {
    const addresses = new PodAddresses('10.244.3.0/24');
    expect(addresses.take()).toBe('10.244.3.2');
    addresses.free('10.244.3.2');
    expect(addresses.take()).toBe('10.244.3.3');
  });
});
