const second = 1_000_000_000n;

/** A duration as CEL prints it: seconds with what fraction is needed, `90s`, `1.5s`. */
export function durationText(nanos: bigint): string {
  const sign = nanos < 0n ? '-' : '';
  const magnitude = nanos < 0n ? -nanos : nanos;
  return `${sign}${magnitude / second}${fractionText(magnitude % second)}s`;
}

/** RFC 3339 in UTC with what fraction is needed. */
export function timestampText(nanos: bigint): string {
  const fraction = ((nanos % second) + second) % second;
  const whole = new Date(Number((nanos - fraction) / 1_000_000n)).toISOString().slice(0, 19);
  return `${whole}${fractionText(fraction)}Z`;
}

const fractionText = (nanos: bigint): string => (nanos === 0n ? '' : `.${nanos.toString().padStart(9, '0').replace(/0+$/, '')}`);
