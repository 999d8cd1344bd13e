import type { Programs } from '../shell/programs';
import type { Image } from './image';

const osRelease: Readonly<Record<Image['userland'], string>> = {
  busybox: '', none: '', full: 'PRETTY_NAME="Linux"\nNAME="Linux"\nID=linux\n',
  alpine: 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.2\nPRETTY_NAME="Alpine Linux v3.22"\nHOME_URL="https://alpinelinux.org/"\n',
  debian: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n',
};

/** The files every image has: directories, users, and its programs by name. */
export const baseFiles = ({ userland, servers = {}, repositories }: Image, tag: string, programs: () => Programs): Readonly<Record<string, string>> => {
  const files: Record<string, string> = {
    '/tmp/': '',
    '/root/': '',
    '/var/log/': '',
    '/var/run/': '',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
    '/etc/group': 'root:x:0:\n',
  };
  if (userland === 'none') return files;
  for (const directory of ['/home/', '/mnt/', '/opt/', '/srv/', '/usr/local/bin/', '/usr/sbin/', '/sys/', '/var/lib/']) files[directory] = '';
  const ubuntu = repositories.includes('docker.io/library/ubuntu');
  if (osRelease[userland]) files['/etc/os-release'] = ubuntu ? `PRETTY_NAME="Ubuntu ${/^\d/.test(tag) ? tag : '24.04'}"\nNAME="Ubuntu"\nID=ubuntu\n` : osRelease[userland];
  for (const name of Object.keys(programs())) files[`/bin/${name}`] = '';
  for (const name of Object.keys(servers)) if (!name.includes('/')) files[`/usr/sbin/${name}`] = '';
  return files;
};
