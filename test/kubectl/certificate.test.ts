import { expect, test } from 'vitest';
import { World } from './world';

const request = [
  '-----BEGIN CERTIFICATE REQUEST-----',
  'MIHJMHECAQAwDzENMAsGA1UEAwwEamFuZTBZMBMGByqGSM49AgEGCCqGSM49AwEH',
  'A0IABFr8t+kXriavlRarhg0hXS5nakZUIJ9TJBurQmG434MNXHS9wSOFDtamSKhm',
  'yJK8fMIEt1/YkGEkr+vi/+MC4Y+gADAKBggqhkjOPQQDAgNIADBFAiB2jhFKFREJ',
  'm2AobhGjB0J/tcqUPAEvfzT/7sEbQJpxIgIhALOLJSpw00tAGxW9N3Ck18vL2kn5',
  'vDvH6QkXXubkH+SR',
  '-----END CERTIFICATE REQUEST-----',
  '',
].join('\n');
const manifest = (name: string) => JSON.stringify({
  apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name },
  spec: { request: btoa(request), signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
});

test('certificate approve and deny decide about requests', async () => {
  const world = new World({ 'jane.json': manifest('jane'), 'joe.json': manifest('joe') });
  expect((await world.run('apply -f jane.json -f joe.json')).err).toBe('');
  expect((await world.run('certificate approve jane')).out).toBe('certificatesigningrequest.certificates.k8s.io/jane approved\n');
  expect((await world.run('certificate deny -f joe.json')).out).toBe('certificatesigningrequest.certificates.k8s.io/joe denied\n');
  const decision = async (name: string) => (await world.run(`get csr ${name} -o jsonpath={.status.conditions[*].type}/{.status.conditions[*].reason}/{.status.conditions[*].message}`)).out;
  expect(await decision('jane')).toBe('Approved/KubectlApprove/This CSR was approved by kubectl certificate approve.');
  expect(await decision('joe')).toBe('Denied/KubectlDeny/This CSR was denied by kubectl certificate deny.');
});

test('certificate approve leaves what is decided, and tells what it cannot', async () => {
  const world = new World({ 'jane.json': manifest('jane') });
  await world.run('apply -f jane.json');
  await world.run('certificate approve jane');
  const version = async () => (await world.run('get csr jane -o jsonpath={.metadata.resourceVersion}')).out;
  const before = await version();
  expect((await world.run('certificate approve jane')).out).toBe('certificatesigningrequest.certificates.k8s.io/jane approved\n');
  expect(await version()).toBe(before);
  expect((await world.run('certificate approve nobody')).err).toBe('Error from server (NotFound): certificatesigningrequests.certificates.k8s.io "nobody" not found\n');
  expect((await world.run('certificate deny jane')).err).toContain('Approved and Denied conditions are mutually exclusive');
  expect((await world.run('certificate approve')).err).toContain('one or more CSRs must be specified as <name> or -f <filename>');
});
