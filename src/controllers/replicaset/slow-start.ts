/**
 * Does `count` things in batches of 1, 2, 4 …: what fails once would fail a thousand times, so it stops after the first bad batch.
 * @throws the first error of that batch.
 */
export function slowStart(count: number, act: () => void): void {
  for (let done = 0, batch = 1; done < count; done += batch, batch = Math.min(2 * batch, count - done)) {
    const errors: unknown[] = [];
    for (let i = 0; i < Math.min(batch, count - done); i++) {
      try { act(); } catch (error) { errors.push(error); }
    }
    if (errors.length > 0) throw errors[0];
  }
}
