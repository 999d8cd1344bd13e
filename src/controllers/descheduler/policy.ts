import { isList, isObject, type JsonObject } from '../../lib/json';
import { parseYaml } from '../../lib/yaml';
import type { LabelSelector } from '../../schema/types';

/** Which pods a strategy looks at; and what else it was told, by the names that upstream's arguments have. */
export type Arguments = JsonObject & { readonly namespaces?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] }; readonly labelSelector?: LabelSelector };
/** One use of a strategy, in the order in which they run. */
export type Enabled = { readonly name: string; readonly args: Arguments };
export type Profile = { readonly name: string; readonly evictor: JsonObject; readonly deschedule: readonly Enabled[]; readonly balance: readonly Enabled[] };
export type Policy = { readonly profiles: readonly Profile[]; readonly mostPerNode: number; readonly mostPerNamespace: number; readonly most: number };

/** The policy is none that the descheduler can follow; the message says why. */
export class PolicyError extends Error {}

/** Reads a DeschedulerPolicy. `known` names the strategies of each extension point. @throws PolicyError */
export function parsePolicy(text: string, known: { readonly deschedule: readonly string[]; readonly balance: readonly string[] }): Policy {
  const { value, error } = parseYaml(text);
  if (error !== undefined) throw new PolicyError(error);
  if (!isObject(value) || value['apiVersion'] !== 'descheduler/v1alpha2' || value['kind'] !== 'DeschedulerPolicy')
    throw new PolicyError('no kind "DeschedulerPolicy" of version "descheduler/v1alpha2" is in policy.yaml');
  const limit = (name: string): number => (typeof value[name] === 'number' ? value[name] : Infinity);
  return {
    most: limit('maxNoOfPodsToEvictTotal'), mostPerNode: limit('maxNoOfPodsToEvictPerNode'), mostPerNamespace: limit('maxNoOfPodsToEvictPerNamespace'),
    profiles: objects(value['profiles']).map((profile) => profileOf(profile, known)),
  };
}

const objects = (value: unknown): readonly JsonObject[] => (isList(value) ? value.filter(isObject) : []);

/** Arguments of upstream's that would change what is done, and cannot be followed here. */
function* notFollowed(args: JsonObject): Generator<string> {
  for (const name of ['useDeviationThresholds', 'metricsUtilization', 'evictionModes', 'topologyBalanceNodeFit']) if (args[name] !== undefined) yield name;
  const types = args['nodeAffinityType'];
  if (isList(types) && types.some((type) => type !== 'requiredDuringSchedulingIgnoredDuringExecution')) yield 'nodeAffinityType other than requiredDuringSchedulingIgnoredDuringExecution';
}

function profileOf(profile: JsonObject, known: Parameters<typeof parsePolicy>[1]): Profile {
  const argsOf = new Map(objects(profile['pluginConfig']).map(({ name, args }) => [String(name), isObject(args) ? args : {}]));
  const plugins = isObject(profile['plugins']) ? profile['plugins'] : {};
  const enabled = (point: 'deschedule' | 'balance'): readonly Enabled[] => {
    const set = plugins[point];
    const names = isObject(set) && isList(set['enabled']) ? set['enabled'].map(String) : [];
    for (const name of names) if (!known[point]
      .includes(name)) throw new PolicyError(`profile ${String(profile['name'])}: no ${point} plugin ${JSON.stringify(name)}: there are ${known[point].join(', ')}`);
    return names.map((name) => {
      const args = argsOf.get(name) ?? {};
      for (const refused of notFollowed(args)) throw new PolicyError(`profile ${String(profile['name'])}: ${name}: ${refused} is not emulated`);
      return { name, args };
    });
  };
  return { name: String(profile['name']), evictor: argsOf.get('DefaultEvictor') ?? {}, deschedule: enabled('deschedule'), balance: enabled('balance') };
}
