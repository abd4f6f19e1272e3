/** One measured figure, its limit, and the same figure of a comparable program in the same run. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: 's' | 'ms' | 'MB' | 'requests' | 'connections' | 'writes';
  readonly atMost?: number;
  /** `atLeast`: the project promises to be this many times as fast. */
  readonly peer?: { readonly name: string; readonly value: number; readonly atLeast?: number };
}

/** Prints figures as they are measured, and remembers those over their limit. */
export class Figures {
  readonly #over: string[] = [];

  add(figure: Figure): void {
    const { what, value, unit, atMost, peer } = figure;
    const parts = [`${what}: ${show(value)} ${unit}`];
    if (atMost !== undefined) parts.push(`(at most ${atMost})`);
    if (peer !== undefined) {
      const wanted = peer.atLeast === undefined ? '' : ` (at least ${peer.atLeast})`;
      parts.push(
        `| ${peer.name} ${show(peer.value)} ${unit}, ${(peer.value / value).toFixed(1)} times that${wanted}`,
      );
    }
    const isTooSlow = peer?.atLeast !== undefined && peer.value / value < peer.atLeast;
    if ((atMost !== undefined && value > atMost) || isTooSlow) {
      parts.push('OVER');
      this.#over.push(what);
    }
    console.log(`  ${parts.join(' ')}`);
  }

  /** Figures over their limit. */
  get over(): readonly string[] {
    return this.#over;
  }
}

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 0);
}

/** @returns the result and the duration in seconds */
export async function timed<T>(
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly seconds: number }> {
  const start = performance.now();
  const result = await run();
  return { result, seconds: (performance.now() - start) / 1000 };
}
