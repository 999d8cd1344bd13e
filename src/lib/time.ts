import { timestamp } from './timestamp';

/** A text that is no time or duration; the message is Go's. */
export class TimeError extends Error {
  override readonly name = 'TimeError';
}

/** metav1.MicroTime: RFC 3339 in UTC with six decimals. `ms` may have a fraction. */
export function formatMicroTime(ms: number): string {
  const second = Math.floor(ms / 1_000) * 1_000;
  const micros = Math.min(999_999, Math.round((ms - second) * 1_000));
  return `${timestamp(second).slice(0, -1)}.${String(micros).padStart(6, '0')}Z`;
}

const secondsLayout = '2006-01-02T15:04:05Z07:00';
const microsLayout = '2006-01-02T15:04:05.000000Z07:00';

type Element = { readonly layout: string; readonly form: RegExp; readonly range?: readonly [least: number, most: number, name: string] };
const elements: readonly Element[] = [
  { layout: '2006', form: /^\d{4}/ }, { layout: '-', form: /^-/ },
  { layout: '01', form: /^\d{2}/, range: [1, 12, 'month'] }, { layout: '-', form: /^-/ },
  { layout: '02', form: /^\d{2}/, range: [1, 31, 'day'] }, { layout: 'T', form: /^T/ },
  { layout: '15', form: /^\d{2}/, range: [0, 23, 'hour'] }, { layout: ':', form: /^:/ },
  { layout: '04', form: /^\d{2}/, range: [0, 59, 'minute'] }, { layout: ':', form: /^:/ },
  { layout: '05', form: /^\d{2}/, range: [0, 59, 'second'] },
];
const fraction: Element = { layout: '', form: /^(?:[.,]\d+)?/ };
const micros: Element = { layout: '.000000', form: /^[.,]\d{6}(?!\d)/ };
const zone: Element = { layout: 'Z07:00', form: /^(?:Z|[+-]\d{2}:\d{2})/ };

/** Milliseconds since the epoch of an RFC 3339 text. @throws TimeError in Go's words. */
export const parseTime = (text: string): number => parse(text, secondsLayout, [...elements, fraction, zone]);
/** Likewise, of a text with exactly six decimals. @throws TimeError */
export const parseMicroTime = (text: string): number => parse(text, microsLayout, [...elements, micros, zone]);

function parse(text: string, layout: string, parts: readonly Element[]): number {
  const wrong = (why: string): TimeError => new TimeError(`parsing time ${JSON.stringify(text)}${why}`);
  const cannot = (rest: string, element: string): TimeError => wrong(` as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(element)}`);
  const found: string[] = [];
  let rest = text;
  for (const { layout: element, form, range } of parts) {
    const [match] = form.exec(rest) ?? [];
    if (match === undefined) throw cannot(rest, element);
    if (range && (Number(match) < range[0] || Number(match) > range[1])) throw wrong(`: ${range[2]} out of range`);
    found.push(match);
    rest = rest.slice(match.length);
  }
  if (rest) throw wrong(`: extra text: ${JSON.stringify(rest)}`);
  const [year = '', , month = '', , day = '', , hour = '', , minute = '', , second = '', decimals = '', offset = ''] = found;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const inMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(day) > inMonth) throw wrong(': day out of range');
  return date + (decimals ? Number(`0.${decimals.slice(1)}`) * 1_000 : 0) - offsetMs(offset);
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
  return (offset.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
