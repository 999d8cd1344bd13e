import { fraction, hexDigits } from './fingerprint';
import { type ImageName, parseImageName } from './image-name';
import type { Image } from './images/image';
import type { PulledImage } from './types';

const mebibyte = 1024 * 1024;
/** Asking the registry for the manifest. */
const manifestMs = 350;

/** What pulling `name` comes to: found with a size and a duration, or containerd's refusal as the kubelet shows it. Depends on the name alone. */
export const pull = (name: string, imageOf: (repository: string) => Image | undefined): PulledImage => {
  const parsed = parseImageName(name);
  const { repository, tag, digest, canonical } = parsed;
  const chance = fraction(canonical);
  if (repository.includes('does-not-exist')) return refused(parsed, 'Unknown', pullDenied, chance);
  const image = imageOf(repository);
  const tagExists = digest !== undefined || (!tag.includes('does-not-exist') && (image?.hasTag(tag) ?? true));
  if (!tagExists) return refused(parsed, 'NotFound', `${canonical}: not found`, chance);
  const sizeBytes = Math.round((image?.sizeMiB ?? 20 + 180 * fraction(repository)) * mebibyte * (0.97 + 0.06 * chance));
  const bytesPerMs = (20 + 40 * chance) * (mebibyte / 1000);
  const imageID = `${repository}@${digest ?? `sha256:${hexDigits(canonical, 64)}`}`;
  return { found: true, pullMs: Math.round(manifestMs + sizeBytes / bytesPerMs), sizeBytes, imageID };
};

const pullDenied = 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';

const refused = ({ canonical }: ImageName, code: string, cause: string, chance: number): PulledImage => ({
  found: false,
  pullMs: Math.round(manifestMs * (1 + chance)),
  error: `rpc error: code = ${code} desc = failed to pull and unpack image "${canonical}": failed to resolve reference "${canonical}": ${cause}`,
});
