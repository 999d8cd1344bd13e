import type { Container } from '../schema/types';
import type { Role } from './container-worker';

/** Whether a container that ended with this code runs again: its own rules first, then its own policy, then its pod's. */
export function wantsRestart({ restartPolicy, restartPolicyRules = [] }: Container, role: Role, podPolicy: string | undefined, exitCode: number): boolean {
  if (role === 'ephemeral') return false;
  for (const { action, exitCodes } of restartPolicyRules) {
    if (!exitCodes) continue;
    const listed = exitCodes.values?.includes(exitCode) ?? false;
    if (action === 'Restart' && listed === (exitCodes.operator === 'In')) return true;
  }
  const policy = restartPolicy ?? podPolicy ?? 'Always';
  if (role === 'sidecar') return true;
  if (policy === 'Never') return false;
  return exitCode !== 0 || (policy === 'Always' && role === 'main');
}
