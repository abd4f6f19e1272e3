import { PyObject } from './types.js';

/** A Python float. */
export class PyFloat extends PyObject {
  readonly typeName = 'float';

  constructor(readonly value: number) {
    super();
  }

  override repr(): string {
    return showFloat(this.value);
  }

  override isTrue(): boolean {
    return this.value !== 0;
  }
}

export function makeFloat(value: number): PyFloat {
  return new PyFloat(value);
}

/** Python's `repr` of a float: the shortest digits that read back, an exponent below 1e-4 and from 1e16 on. */
export function showFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits = '', exponent = '+0'] = value.toExponential().split('e');
    const sign = exponent.charAt(0);
    return `${digits}e${sign}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}
