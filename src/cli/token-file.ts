import type { User } from '../api/types';

/** A line that cannot be read; the message names it. */
export class TokenFileError extends Error {}

/** One line's fields; those in quotes may hold commas. */
const fieldsOf = (line: string): readonly string[] => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain ?? '').trim());

/** The users of a kube-apiserver --token-auth-file: `token,user,uid,"group1,group2"`, one a line. Throws TokenFileError. */
export function parseTokenFile(text: string): Readonly<Record<string, User>> {
  const users: Record<string, User> = {};
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [token = '', name = '', uid = '', groups = ''] = fieldsOf(line);
    if (!token || !name) throw new TokenFileError(`line ${at + 1}: token,user,uid,"group1,group2" is wanted`);
    users[token] = { name, groups: groups.split(',').map((group) => group.trim()).filter(Boolean), ...(uid && { uid }) };
  }
  return users;
}
