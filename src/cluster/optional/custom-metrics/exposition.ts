/** One sample: a metric's name, its labels and its value. */
export type Sample = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number };
export type Exposition = { readonly samples: readonly Sample[]; readonly problems: readonly string[] };

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const label = /\s*([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** Reads Prometheus' text format. Lines that are none are told of, and left out. */
export function parseExposition(text: string): Exposition {
  const samples: Sample[] = [];
  const problems: string[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [, name, labelText = '', number = ''] = line.exec(trimmed) ?? [];
    const labels = labelsIn(labelText);
    const value = Number(number);
    if (name === undefined || !labels || Number.isNaN(value)) problems.push(`line ${index + 1}: no sample in Prometheus' text format: ${trimmed}`);
    else samples.push({ name, labels, value });
  }
  return { samples, problems };
}

function labelsIn(text: string): Readonly<Record<string, string>> | undefined {
  const labels: Record<string, string> = {};
  label.lastIndex = 0;
  while (label.lastIndex < text.length) {
    const found = label.exec(text);
    if (!found) return undefined;
    const [, name = '', value = ''] = found;
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => escapes[escaped] ?? escaped);
  }
  return labels;
}
