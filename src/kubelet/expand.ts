/**
 * Replaces `$(NAME)` as the kubelet does in commands, arguments and env values: an unknown name stays as it is written,
 * `$$` is a dollar sign that begins nothing.
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, after: string, name: string | undefined) => {
    if (after === '$') return '$';
    return lookup(name ?? '') ?? whole;
  });
}
