/** A reference as container runtimes read it: no scheme, lower-case path, at most one tag and one digest. */
const reference =
  /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+|\/)[a-z0-9]+)*(?::([\w][\w.-]{0,127}))?(@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$/;

/** The tag that an image's name says, `latest` when it names neither tag nor digest; undefined for a name that cannot be read. */
export function imageTag(image: string): string | undefined {
  const match = reference.exec(image);
  if (!match) return undefined;
  const [, tag, digest] = match;
  return tag ?? (digest ? undefined : 'latest');
}

/** The pull policy of a container that names none: Always for the tag `latest`, IfNotPresent for all else. */
export const pullPolicyOf = (image: string): 'Always' | 'IfNotPresent' => (imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent');
