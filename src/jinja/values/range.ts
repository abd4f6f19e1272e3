import { PyObject, type Show, type Value } from './types.js';

/** A Python range. The sandbox limits its length, so its numbers are safe integers unless its start is very large. */
export class PyRange extends PyObject {
  readonly typeName = 'range';
  readonly count: number;

  constructor(
    readonly start: number,
    readonly stop: number,
    readonly step: number,
  ) {
    super();
    this.count = Math.max(0, Math.ceil((stop - start) / step));
  }

  at(index: number): number {
    return this.start + index * this.step;
  }

  override repr(show: Show): string {
    const parts = this.step === 1 ? [this.start, this.stop] : [this.start, this.stop, this.step];
    return `range(${parts.map(show).join(', ')})`;
  }

  override isTrue(): boolean {
    return this.count > 0;
  }

  override attribute(name: string): Value | undefined {
    if (name === 'start') return this.start;
    if (name === 'stop') return this.stop;
    if (name === 'step') return this.step;
    return undefined;
  }

  override length(): number {
    return this.count;
  }

  override *iterate(): Generator<Value> {
    for (let index = 0; index < this.count; index++) yield this.at(index);
  }
}
