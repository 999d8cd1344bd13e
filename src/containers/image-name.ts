/** An image reference in its parts, with Docker's defaults filled in: `nginx` is `docker.io/library/nginx:latest`. */
export type ImageName = {
  /** Registry and path: `docker.io/library/nginx`. */
  readonly repository: string;
  /** Without a tag and a digest it is `latest`. */
  readonly tag: string;
  readonly digest?: string;
  /** Everything together, as containerd names it. */
  readonly canonical: string;
};

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const domainPattern = /^(?:localhost|(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::[0-9]+)?$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** Why the kubelet sets InvalidImageName for it; undefined for a name that can be pulled. */
export const imageNameError = (name: string): string | undefined => {
  const fault = faultOf(name);
  return fault && `couldn't parse image name "${name}": ${fault}`;
};

/** The parts of a name. Throws where `imageNameError` answers. */
export const parseImageName = (name: string): ImageName => {
  const fault = imageNameError(name);
  if (fault) throw new Error(fault);
  const { domain, path, tag, digest } = split(name);
  const repository = `${domain}/${path}`;
  const tagged = tag ?? 'latest';
  return { repository, tag: tagged, ...(digest && { digest }), canonical: digest ? `${repository}@${digest}` : `${repository}:${tagged}` };
};

const faultOf = (name: string): string | undefined => {
  const invalid = 'invalid reference format';
  if (/^[0-9a-f]{64}$/.test(name)) return `invalid repository name (${name}), cannot specify 64-byte hexadecimal strings`;
  const { domain, path, tag, digest } = split(name);
  if (path !== path.toLowerCase() && pathPattern.test(path.toLowerCase())) return `${invalid}: repository name (${path}) must be lowercase`;
  const sound = domainPattern.test(domain) && pathPattern.test(path) && (tag === undefined || tagPattern.test(tag)) && (digest === undefined || digestPattern.test(digest));
  return sound ? undefined : invalid;
};

/** The first part is a registry when it looks like a host; else the image is Docker Hub's. */
const split = (name: string): { domain: string; path: string; tag?: string; digest?: string } => {
  const at = name.indexOf('@');
  const digest = at >= 0 ? name.slice(at + 1) : undefined;
  const rest = at >= 0 ? name.slice(0, at) : name;
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  const tag = colon >= 0 ? rest.slice(colon + 1) : undefined;
  const full = colon >= 0 ? rest.slice(0, colon) : rest;
  const slash = full.indexOf('/');
  const first = full.slice(0, Math.max(0, slash));
  const hosted = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const domain = !hosted || first === 'index.docker.io' ? 'docker.io' : first;
  const path = hosted ? full.slice(slash + 1) : full;
  return {
    domain,
    path: domain === 'docker.io' && !path.includes('/') ? `library/${path}` : path,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
};
