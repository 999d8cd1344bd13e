import type { Observable, SchedulerLike } from 'rxjs';
import type { Descriptions } from '../schema/explain';
import type { ApiClient } from './client';
import type { KubeConfig } from './config';
import type { Flags, Values } from './flags';
import type { Connection } from './connection';
import type { Resources } from './resources';

/** A line for stdout (its end is added), or a piece of text for either stream. */
export type Output = string | { readonly stream: 'stdout' | 'stderr'; readonly text: string };

/** One line for stderr. */
export const stderr = (line: string): Output => ({ stream: 'stderr', text: `${line}\n` });
/** Text for stdout, as it is. */
export const raw = (text: string): Output => ({ stream: 'stdout', text });

/** The files a command may read. Paths are as the user wrote them. */
export interface Files {
  /** Undefined when there is no such file. */
  read(path: string): string | undefined;
  /** Names in a directory, in order; undefined when it is none. */
  list(path: string): readonly string[] | undefined;
}

/** What the place offers in which kubectl runs. */
export type Host = {
  readonly api: ApiClient;
  /** The cluster's time: ages, timeouts and waits use it. */
  readonly clock: SchedulerLike;
  readonly config: KubeConfig;
  readonly files: Files;
  readonly stdin: Observable<string>;
  /** Whether output goes to a terminal; `-t` means something only then. */
  readonly tty?: boolean;
  /** Lets the user edit a text; undefined when the editor was left without saving. */
  readonly edit?: (text: string, name: string) => Promise<string | undefined>;
  /** Description texts for explain; they are large, so they are fetched when asked for. */
  readonly descriptions?: () => Promise<Descriptions>;
  readonly signal: AbortSignal;
};

/** What a verb works with, beyond its arguments and flags. */
export type Context = Host & {
  /** From -n, else from the current context, else `default`. */
  readonly namespace: string;
  /** Whether -n was given. */
  readonly namespaceGiven: boolean;
  readonly connection: Connection;
  /** What the server served when the command began. */
  readonly resources: Resources;
  /** Flags that were given. */
  readonly changed: ReadonlySet<string>;
  readonly dash: number | undefined;
  /** `kubectl get`: as the user would type it. */
  readonly command: string;
};

export type Category = 'Basic Commands (Beginner)' | 'Basic Commands (Intermediate)' | 'Deploy Commands' | 'Cluster Management Commands'
  | 'Troubleshooting and Debugging Commands' | 'Advanced Commands' | 'Settings Commands' | 'Other Commands';

/** What stands in arguments, for completion. */
export type Completes = 'resources' | 'types' | 'pods' | 'nodes' | 'contexts' | 'none';

export type Verb = {
  /** One word, or several for a subcommand: `rollout status`. */
  readonly name: string;
  readonly category?: Category;
  readonly usage: string;
  readonly summary: string;
  readonly examples?: readonly string[];
  readonly flags: Flags;
  readonly completes?: Completes | readonly string[];
  /** Words before the names: `Available Commands` of a group. */
  run(context: Context, args: readonly string[], values: Readonly<Record<string, unknown>>): Run;
};
/** Yields output as it comes; returns the exit code when it is not 0. */
export type Run = AsyncGenerator<Output, number | void>;

type Definition<F extends Flags> = Omit<Verb, 'flags' | 'run'> & { readonly flags: F; run(context: Context, args: readonly string[], flags: Values<F>): Run };

/** A verb of kubectl: usage, summary and flags are data, `run` does the work. */
export const defineVerb = <F extends Flags>(definition: Definition<F>): Verb => ({
  ...definition,
  run: (context, args, values) => definition.run(context, args, values as Values<F>),
});
