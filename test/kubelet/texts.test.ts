import { describe, expect, test } from 'vitest';
import { expand } from '../../src/kubelet/expand';
import { wantsRestart } from '../../src/kubelet/restart-policy';

const values: Readonly<Record<string, string>> = { A: 'a', B: '$(A)', EMPTY: '' };
test.each([
  ['plain', 'plain'], ['$(A)', 'a'], ['x$(A)y$(EMPTY)z', 'xayz'], ['$(NOPE)', '$(NOPE)'], ['$$(A)', '$(A)'], ['$$$(A)', '$a'], ['$A', '$A'], ['$(A', '$(A'], ['$(B)', '$(A)'], ['100$', '100$'],
])('%s is expanded to %s', (text, expected) => expect(expand(text, (name) => values[name])).toBe(expected));

describe('whether a container runs again', () => {
  test.each([
    ['Always', 'main', 0, true], ['Always', 'main', 1, true], ['OnFailure', 'main', 0, false], ['OnFailure', 'main', 1, true], ['Never', 'main', 1, false],
    ['Always', 'init', 0, false], ['Always', 'init', 1, true], ['Never', 'init', 1, false], ['Never', 'sidecar', 0, true],
  ] as const)('policy %s, %s container, exit code %i: %s', (policy, role, code, expected) => expect(wantsRestart({ name: 'c' }, role, policy, code)).toBe(expected));

  test('its own rules come first', () => {
    const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
    expect(wantsRestart({ name: 'c', restartPolicy: 'Never', restartPolicyRules: rules }, 'main', 'Never', 42)).toBe(true);
    expect(wantsRestart({ name: 'c', restartPolicy: 'Never', restartPolicyRules: rules }, 'main', 'Always', 41)).toBe(false);
  });
});
