import type { ContainerConfig, FileTree, Mount, Surroundings } from './types';

/** Files that are computed when looked at; nothing can be written there. */
const computedTree = (files: Readonly<Record<string, () => string>>): FileTree => ({
  read: (path) => files[path]?.(),
  write: () => {},
  remove: () => false,
  list: (path) => {
    const prefix = path === '' ? '' : `${path}/`;
    const below = Object.keys(files).filter((name) => name.startsWith(prefix) && name !== path).map((name) => name.slice(prefix.length));
    return [...new Set(below.map((name) => (name.includes('/') ? `${name.slice(0, name.indexOf('/'))}/` : name)))];
  },
});

const singleFile = (path: string, content: () => string): Mount => ({ path, readOnly: true, files: computedTree({ '': content }) });

/** What the kubelet and the kernel put into every container: hosts, resolv.conf, /dev, /proc. `processes` answers the files of /proc/<pid>. */
export const systemMounts = (
  config: ContainerConfig,
  { resolver }: Surroundings,
  startedAt: number,
  now: () => number,
  processes: () => Readonly<Record<string, () => string>>,
): readonly Mount[] => [
  singleFile('/etc/hostname', () => `${config.hostname}\n`),
  singleFile('/etc/hosts', () => hostsFile(config, resolver.hosts ?? {})),
  singleFile('/etc/resolv.conf', () => resolverFile(resolver)),
  { path: '/dev', readOnly: true, files: devices },
  { path: '/proc', readOnly: true, files: procTree(config, startedAt, now, processes) },
];

const devices = computedTree(
  Object.fromEntries(
    ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'stdin', 'stdout', 'stderr', 'pts/0', 'fd/0', 'fd/1', 'fd/2'].map((name) => [name, () => '']),
  ),
);

const hostsFile = ({ hostname, ip }: ContainerConfig, aliases: Readonly<Record<string, string>>): string => {
  const fixed = [
    '# Kubernetes-managed hosts file.', '127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', 'fe00::0\tip6-localnet', 'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes', 'fe00::2\tip6-allrouters', '',
  ].join('\n');
  const extra = Object.entries(aliases).filter(([name]) => name !== 'localhost' && name !== hostname);
  const added = extra.length > 0 ? `\n# Entries added by HostAliases.\n${extra.map(([name, address]) => `${address}\t${name}\n`).join('')}` : '';
  return `${fixed}${ip}\t${hostname}\n${added}`;
};

const resolverFile = ({ nameservers, search, ndots }: Surroundings['resolver']): string => [
  ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
  ...nameservers.map((address) => `nameserver ${address}`),
  ...(ndots !== 1 ? [`options ndots:${ndots}`] : []),
  '',
].join('\n');

const procTree = (config: ContainerConfig, startedAt: number, now: () => number, processes: () => Readonly<Record<string, () => string>>): FileTree => {
  const fixed: Readonly<Record<string, () => string>> = {
    uptime: () => `${((now() - startedAt) / 1000).toFixed(2)} ${((now() - startedAt) / 1000).toFixed(2)}\n`,
    version: () => 'Linux version 6.12.0 (podarium) #1 SMP\n',
    'sys/kernel/hostname': () => `${config.hostname}\n`,
  };
  const all = (): FileTree => computedTree({ ...fixed, ...processes() });
  return { read: (path) => all().read(path), write: () => {}, remove: () => false, list: (path) => all().list(path) };
};
