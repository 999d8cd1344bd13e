import type { AuditEvent } from '../apiserver/audit/auditor';
import type { AuditPolicy } from '../apiserver/audit/policy';
import type { Exchange } from '../net/types';
import type { Decision } from '../scheduler/decisions';
import type { Descriptions } from '../schema/explain';

/** How the cluster's time stands. */
export type ClockState = {
  /** Virtual time, in milliseconds since the epoch. */
  readonly now: number;
  readonly running: boolean;
  readonly speed: number;
  /** The store's revision. */
  readonly revision: number;
};

/** What a new cluster is made of. `manifests` are YAML texts, applied before the first picture; `files` lie in the console's directory. */
export type Start = { readonly seed: number; readonly nodes: number; readonly manifests: readonly string[]; readonly files: Readonly<Record<string, string>> };

/** A request through the simulated network: its way and its end, without what it carried. */
export type Flown = Pick<Exchange, 'id' | 'startedAt' | 'endedAt' | 'from' | 'dialed' | 'protocol' | 'hops' | 'error'> & { readonly kind: string; readonly status?: number };

/** Page to worker. The API server itself is reached through `api`, a port of its own. */
export type ToHost =
  | { readonly type: 'start'; readonly start: Start; readonly api: MessagePort }
  | { readonly type: 'play' | 'pause' | 'step' | 'run-until-idle' }
  | { readonly type: 'speed'; readonly speed: number }
  | { readonly type: 'run'; readonly id: number; readonly line: string; readonly files?: Readonly<Record<string, string>> }
  /** From now on audit events are told as a policy has it (metadata of everything without one), or no more. */
  | { readonly type: 'audit'; readonly on: boolean; readonly policy?: AuditPolicy }
  /** From now on the scheduler's decisions on this pod (`namespace/name`) are told, the last one first; without a pod no more. */
  | { readonly type: 'decisions'; readonly pod?: string }
  /** Runs a line beside the console, which shows nothing of it; answered by `asked`. */
  | { readonly type: 'ask'; readonly id: number; readonly line: string }
  | { readonly type: 'interrupt' }
  /** Keys for the program that runs; without a text its input ends (Ctrl+D). */
  | { readonly type: 'input'; readonly text?: string }
  /** Whether a line may be run, or waits for `done` or a closing quote; answered by `whole`. */
  | { readonly type: 'is-whole'; readonly id: number; readonly line: string }
  | { readonly type: 'complete'; readonly id: number; readonly line: string; readonly cursor: number }
  | { readonly type: 'descriptions'; readonly descriptions: Descriptions }
  | { readonly type: 'edited'; readonly id: number; readonly text?: string };

/** What Tab finds: `matches` may stand in place of the line's text from `from` to the cursor. */
export type Completions = { readonly from: number; readonly matches: readonly string[] };

/** Worker to page. */
export type FromHost =
  /** The first manifests run, time passes, and the console takes lines. */
  | { readonly type: 'started'; readonly prompt: string }
  | { readonly type: 'clock'; readonly clock: ClockState }
  /** `skipped` counts requests that were too many to tell one by one. */
  | { readonly type: 'exchanges'; readonly exchanges: readonly Flown[]; readonly skipped: number }
  | { readonly type: 'audit'; readonly events: readonly AuditEvent[] }
  /** Nothing where the scheduler knows nothing of the pod, or no more. */
  | { readonly type: 'decision'; readonly pod: string; readonly decision?: Decision }
  | { readonly type: 'asked'; readonly id: number; readonly text: string }
  | { readonly type: 'output'; readonly id: number; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'done'; readonly id: number; readonly code: number; readonly prompt: string }
  | { readonly type: 'whole'; readonly id: number; readonly whole: boolean }
  | { readonly type: 'completions'; readonly id: number; readonly completions: Completions }
  /** A command asks for a text to be edited; answered by `edited`, without a text when it is given up. */
  | { readonly type: 'edit'; readonly id: number; readonly name: string; readonly text: string }
  /** `kubectl explain` needs the texts of kinds and fields; answered by `descriptions`. */
  | { readonly type: 'descriptions-wanted' }
  /** The console asks for a fresh cluster, perhaps of another number of nodes. */
  | { readonly type: 'reset'; readonly nodes?: number }
  /** A broken invariant: the cluster has stopped for good. */
  | { readonly type: 'defect'; readonly message: string };
