import type { Program } from './process';

/** Programs by name, as they are called. */
export type Programs = Readonly<Record<string, Program>>;

/** How a system finds them: by name, or by a path in one of the usual directories. */
export const programFinder = (programs: Programs): { find(name: string): Program | undefined; readonly programNames: readonly string[] } => ({
  find: (name) => {
    const plain = /^\/(?:usr\/)?(?:local\/)?s?bin\/([^/]+)$/.exec(name)?.[1] ?? name;
    return Object.hasOwn(programs, plain) ? programs[plain] : undefined;
  },
  programNames: Object.keys(programs),
});
