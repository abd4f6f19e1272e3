import { Session } from 'node:inspector';

interface Script {
  readonly url: string;
  readonly scriptId: string;
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

/**
 * V8's own block coverage of this thread, for `src` and the XML parser. Reading it costs some 10 ms, so it is read once per
 * batch of inputs, and only a batch that reached something new is repeated one by one.
 */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  start(): void {
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  get size(): number {
    return this.#seen.size;
  }

  /** The blocks that ran since the last call, and never before. */
  takeNew(): readonly string[] {
    const found: string[] = [];
    for (const { url, scriptId, functions } of this.#take()) {
      if (!/\/(?:dist-bench\/src|fast-xml-parser)\//.test(url)) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          const block = `${scriptId}:${startOffset}-${endOffset}`;
          if (count > 0 && !this.#seen.has(block)) found.push(block);
        }
      }
    }
    return found;
  }

  remember(blocks: readonly string[]): void {
    for (const block of blocks) this.#seen.add(block);
  }

  stop(): void {
    this.#session.disconnect();
  }

  #take(): readonly Script[] {
    return (this.#post('Profiler.takePreciseCoverage') as { result: readonly Script[] }).result;
  }

  /** The inspector of the own thread answers before `post` returns. */
  #post(method: string, parameters?: object): unknown {
    let answer: unknown;
    this.#session.post(method, parameters, (error: Error | null, result: unknown) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer;
  }
}
