/** The array with room at `at`; new places hold `fill`. */
export function grownInts(array: Int32Array<ArrayBuffer>, at: number, fill = 0): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(at + 1, array.length * 2));
  if (fill !== 0) larger.fill(fill, array.length);
  larger.set(array);
  return larger;
}
