/** The smallest input that still fails in the same way, as far as removing parts finds it within `mostRuns` runs. */
export async function minimize(
  input: Buffer,
  stillFails: (smaller: Buffer) => Promise<boolean>,
  mostRuns = 1500,
): Promise<Buffer> {
  let best = input;
  let runs = 0;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length;) {
      if ((runs += 1) > mostRuns) return best;
      const smaller = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (await stillFails(smaller)) best = smaller;
      else at += size;
    }
  }
  return best;
}
