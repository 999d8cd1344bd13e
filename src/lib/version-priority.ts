type Parts = { readonly major: number; readonly stability: number; readonly minor: number };
const stabilities = ['alpha', 'beta'];
const generallyAvailable = stabilities.length;

/** `v1beta2` as 1, beta, 2; undefined for a text that is no Kubernetes version. */
function partsOf(version: string): Parts | undefined {
  const found = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version);
  if (!found) return undefined;
  const [, major, stability, minor] = found;
  return { major: Number(major), stability: stability === undefined ? generallyAvailable : stabilities.indexOf(stability), minor: Number(minor ?? 0) };
}

/** Orders API versions as discovery does: `v10`, `v2`, `v1`, `v1beta2`, `v1beta1`, `v1alpha1`, then other texts by the alphabet. Negative when `a` comes first. */
export function compareVersions(a: string, b: string): number {
  const [first, second] = [partsOf(a), partsOf(b)];
  if (!first || !second) return first ? -1 : second ? 1 : a < b ? -1 : Number(a > b);
  return second.stability - first.stability || second.major - first.major || second.minor - first.minor;
}
