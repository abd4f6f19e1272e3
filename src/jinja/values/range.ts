import { toInt } from './integer.js';
import { PyObject, type Show, type Value } from './types.js';

type Int = number | bigint;

/** A Python range. The sandbox limits its length, but not its numbers: `range(10**30, 0)` is empty. */
export class PyRange extends PyObject {
  readonly typeName = 'range';
  readonly count: number;

  constructor(
    readonly start: Int,
    readonly stop: Int,
    readonly step: Int,
  ) {
    super();
    this.count = countItems(start, stop, step);
  }

  at(index: number): Int {
    if (typeof this.start === 'number' && typeof this.step === 'number') {
      const item = this.start + index * this.step;
      if (Number.isSafeInteger(item)) return item;
    }
    return toInt(BigInt(this.start) + BigInt(index) * BigInt(this.step));
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

function countItems(start: Int, stop: Int, step: Int): number {
  if (typeof start === 'number' && typeof stop === 'number' && typeof step === 'number') {
    const distance = stop - start;
    if (Number.isSafeInteger(distance)) return Math.max(0, Math.ceil(distance / step));
  }
  const distance = BigInt(stop) - BigInt(start);
  const isForward = step > 0;
  if (isForward ? distance <= 0n : distance >= 0n) return 0;
  return Number((distance - (isForward ? 1n : -1n)) / BigInt(step) + 1n);
}
