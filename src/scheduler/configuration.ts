import type { Plugin, WeightedPlugin } from './framework';
import { defaultNames, registry, weights } from './plugins/default-plugins';

type PluginSet = {
  readonly enabled?: readonly { readonly name: string; readonly weight?: number }[];
  /** `*` disables all. */
  readonly disabled?: readonly { readonly name: string }[];
};
/** Extension points that a profile may set apart from `multiPoint`. */
const points = ['queueSort', 'preEnqueue', 'preFilter', 'filter', 'postFilter', 'preScore', 'score', 'preBind'] as const;
type Point = (typeof points)[number];

/** The pods of one schedulerName, and the plugins they are placed with. */
export type SchedulerProfile = {
  readonly schedulerName?: string;
  readonly percentageOfNodesToScore?: number;
  readonly plugins?: { readonly [K in Point | 'multiPoint']?: PluginSet };
  readonly pluginConfig?: readonly { readonly name: string; readonly args?: object }[];
};

/**
 * What of kubescheduler.config.k8s.io/v1 is emulated: profiles with their plugins, weights and arguments, node sampling and backoff.
 * Extenders, parallelism, leader election and client connections have nothing to act on here.
 */
export type KubeSchedulerConfiguration = {
  readonly apiVersion?: 'kubescheduler.config.k8s.io/v1';
  readonly kind?: 'KubeSchedulerConfiguration';
  /** 0 means that it follows from the cluster's size. */
  readonly percentageOfNodesToScore?: number;
  readonly podInitialBackoffSeconds?: number;
  readonly podMaxBackoffSeconds?: number;
  readonly profiles?: readonly SchedulerProfile[];
};

/** A profile ready for use. */
export type Profile = { readonly schedulerName: string; readonly plugins: readonly WeightedPlugin[]; readonly percentageOfNodesToScore: number };

/** A configuration that cannot be. */
export class SchedulerConfigurationError extends Error {
  override readonly name = 'SchedulerConfigurationError';
}

export const defaultSchedulerName = 'default-scheduler';

/** The profiles of a configuration; the default one when it has none. @throws SchedulerConfigurationError */
export function profilesOf({ profiles = [{}], percentageOfNodesToScore = 0 }: KubeSchedulerConfiguration): readonly Profile[] {
  const made = profiles.map((profile) => ({
    schedulerName: profile.schedulerName ?? defaultSchedulerName, plugins: pluginsOf(profile),
    percentageOfNodesToScore: profile.percentageOfNodesToScore ?? percentageOfNodesToScore,
  }));
  const names = new Set<string>();
  for (const { schedulerName, percentageOfNodesToScore: percentage } of made) {
    if (!schedulerName) throw new SchedulerConfigurationError('scheduler name is needed when there are several profiles');
    if (names.has(schedulerName)) throw new SchedulerConfigurationError(`duplicate profile with scheduler name ${JSON.stringify(schedulerName)}`);
    if (percentage < 0 || percentage > 100) throw new SchedulerConfigurationError(`percentageOfNodesToScore: Invalid value: ${percentage}: not in valid range [0-100]`);
    names.add(schedulerName);
  }
  return made;
}

function pluginsOf({ plugins = {}, pluginConfig = [] }: SchedulerProfile): readonly WeightedPlugin[] {
  const given = new Map(pluginConfig.map(({ name, args = {} }) => [known(name), args]));
  const { enabled = [], disabled = [] } = plugins.multiPoint ?? {};
  const off = namesOf(disabled);
  const names = [...defaultNames.filter((name) => !off.has('*') && !off.has(name)), ...enabled.map(({ name }) => name)];
  const chosen = new Map<string, number>();
  for (const name of names) chosen.set(known(name), enabled.find((each) => each.name === name)?.weight ?? weights[name] ?? 1);
  for (const point of points) for (const { name } of plugins[point]?.enabled ?? []) if (!chosen.has(name)) chosen.set(known(name), weights[name] ?? 1);
  return [...chosen].map(([name, weight]) => {
    const plugin = made(name, given.get(name) ?? {});
    const isExtra = !names.includes(name);
    return { plugin: restricted(plugin, (point) => isOn(plugins[point], name, !isExtra || isPreparation(point))),
      weight: plugins.score?.enabled?.find((each) => each.name === name)?.weight ?? weight };
  });
}

/** Filter and Score prepare themselves: who is in there may do so, unless it was taken out there. */
const isPreparation = (point: Point): boolean => point === 'preFilter' || point === 'preScore';

const namesOf = (list: readonly { readonly name: string }[]): ReadonlySet<string> => new Set(list.map(({ name }) => name));

function made(name: string, args: object): Plugin {
  try {
    return registry[known(name)]?.(args) as Plugin;   // known names only
  } catch (error) {
    throw new SchedulerConfigurationError(`initializing plugin ${JSON.stringify(name)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function known(name: string): string {
  if (!registry[name]) throw new SchedulerConfigurationError(`plugin ${JSON.stringify(name)} does not exist`);
  return name;
}

function isOn({ enabled = [], disabled = [] }: PluginSet = {}, name: string, before: boolean): boolean {
  if (enabled.some((each) => each.name === name)) return true;
  const off = namesOf(disabled);
  return before && !off.has('*') && !off.has(name);
}

/** The plugin at those points alone. Its PreFilter asks its Filter's question, and its PreScore its Score's: they are on or off together. */
function restricted(plugin: Plugin, isOnAt: (point: Point) => boolean): Plugin {
  const { preEnqueue, queueSort, preFilter, postFilter, preScore, preBind, ...rest } = plugin;
  return {
    ...rest,
    ...(preEnqueue && isOnAt('preEnqueue') && { preEnqueue }),
    ...(queueSort && isOnAt('queueSort') && { queueSort }),
    ...(preFilter && isOnAt('preFilter') && isOnAt('filter') && { preFilter }),
    ...(postFilter && isOnAt('postFilter') && { postFilter }),
    ...(preScore && isOnAt('preScore') && isOnAt('score') && { preScore }),
    ...(preBind && isOnAt('preBind') && { preBind }),
  };
}
