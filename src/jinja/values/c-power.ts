import { bitsOf, doubleOfBits, fma, partsOf, roundToDouble } from './fma.js';

/**
 * The C library's `pow`, which is visible in Python's `**` of floats to the last bit. Occasionally it is not the nearest
 * double, and V8's own `pow` differs more often. This follows the algorithm of Arm's optimized routines (MIT, or
 * Apache-2.0 with the LLVM exception), which glibc has since 2.28, as it runs on machines with fused
 * multiply-add; its tables are computed from their description there.
 */

const STEPS = 128;
const BITS = 200n;
const ONE = 1n << BITS;

interface Tables {
  /** For each of 128 intervals of z, with c near its middle: 1/c, log(c), and what log(c) is rounded by. */
  readonly logs: readonly (readonly [inverse: number, log: number, tail: number])[];
  /** For each k of 128: what 2 ** (k / 128) is rounded by, relative to it, and itself. */
  readonly powers: readonly (readonly [tail: number, power: number])[];
}

let tables: Tables | null = null;

function makeTables(): Tables {
  const steps = Array.from({ length: STEPS }, (_, index) => index);
  return { logs: steps.map(logEntry), powers: makePowers() };
}

/** Where the range of z begins: about 0.7, so that nothing cancels near 1. */
const LOWEST = 0x3fe6955500000000n;

function logEntry(index: number): Tables['logs'][number] {
  const start = LOWEST + (BigInt(index) << 45n);
  const center = (doubleOfBits(start) + doubleOfBits(start + (1n << 45n))) / 2;
  const [numerator, denominator] =
    center < 1 ? [Math.round(STEPS / center), STEPS] : [Math.round((2 * STEPS) / center), 2 * STEPS];
  const exact = -naturalLog(BigInt(numerator), BigInt(denominator));
  const cut = BITS - 43n;
  const rounded = (exact + (1n << (cut - 1n))) >> cut;
  return [
    numerator / denominator,
    roundToDouble(rounded, -43),
    roundToDouble(exact - (rounded << cut), -Number(BITS)),
  ];
}

/** log(n / d) by the series of the area tangent. */
function naturalLog(numerator: bigint, denominator: bigint): bigint {
  const ratio = ((numerator - denominator) << BITS) / (numerator + denominator);
  const square = (ratio * ratio) >> BITS;
  let sum = 0n;
  let term = ratio;
  for (let odd = 1n; term !== 0n && term !== -1n; odd += 2n) {
    sum += term / odd;
    term = (term * square) >> BITS;
  }
  return 2n * sum;
}

function makePowers(): Tables['powers'] {
  let root = 2n * ONE;
  for (let halving = 1; halving < STEPS; halving *= 2) root = squareRoot(root << BITS);
  let exact = ONE;
  return Array.from({ length: STEPS }, () => {
    const power = roundToDouble(exact, -Number(BITS));
    const { mantissa, exponent } = partsOf(power);
    const rounded = mantissa << (BITS + BigInt(exponent));
    const tail = roundToDouble(((exact - rounded) << BITS) / rounded, -Number(BITS));
    exact = (exact * root) >> BITS;
    return [tail, power] as const;
  });
}

function squareRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

const LN2_HIGH = 0.6931471805598903;
const LN2_LOW = 5.497923018708371e-14;
const [A0, A1, A2, A3, A4, A5, A6] = [
  -0.5, -0.6666666666666679, 0.5000000000000007, 0.7999999995323976, -0.6666666663487739, -1.142909628459501,
  1.0000415263675542,
];

/** log(x) as a double and some fifteen bits more. */
function logarithm({ logs }: Tables, x: number): readonly [number, number] {
  const isSubnormal = x < 2 ** -1022;
  const bits = isSubnormal ? bitsOf(x * 2 ** 52) - (52n << 52n) : bitsOf(x);
  const above = BigInt.asIntN(64, bits - LOWEST);
  const power = above >> 52n;
  const z = doubleOfBits(bits - (power << 52n));
  const [inverse, log, tail] = logs[Number((above >> 45n) & 127n)] ?? [0, 0, 0];
  const k = Number(power);
  const r = fma(z, inverse, -1);
  const t1 = fma(k, LN2_HIGH, log);
  const t2 = t1 + r;
  const low1 = fma(k, LN2_LOW, tail);
  const low2 = t1 - t2 + r;
  const ar = A0 * r;
  const ar2 = r * ar;
  const high = t2 + ar2;
  const low3 = fma(ar, r, -ar2);
  const low4 = t2 - high + ar2;
  const inner = fma(ar2, fma(r, A6, A5), fma(r, A4, A3));
  const low = fma(r * ar2, fma(ar2, inner, fma(r, A2, A1)), low1 + low2 + low3 + low4);
  const y = high + low;
  return [y, high - y + low];
}

const STEPS_PER_LN2 = 184.6649652337873;
const STEP_HIGH = -0.005415212348111709;
const STEP_LOW = -1.2864023111638346e-14;
const SHIFT = 1.5 * 2 ** 52;
const [C2, C3, C4, C5] = [0.49999999999996786, 0.16666666666665886, 0.0416666808410674, 0.008333335853059549];

/** exp(x + tail). */
function exponential({ powers }: Tables, x: number, tail: number): number {
  if (Math.abs(x) < 2 ** -54) return 1 + x;
  if (Math.abs(x) >= 1024) return x > 0 ? Infinity : 0;
  const k = fma(STEPS_PER_LN2, x, SHIFT) - SHIFT;
  const r = fma(k, STEP_LOW, fma(k, STEP_HIGH, x)) + tail;
  const index = ((k % STEPS) + STEPS) % STEPS;
  const [powerTail, power] = powers[index] ?? [0, 1];
  const r2 = r * r;
  const rest = fma(r2 * r2, fma(r, C5, C4), fma(r2, fma(r, C3, C2), powerTail + r));
  const exponent = (k - index) / STEPS;
  // Near the ends of the range, the power is scaled until the last step.
  if (Math.abs(x) < 512) return fused(power * 2 ** exponent, rest);
  if (x > 0) return fused(power * 2 ** (exponent - 1009), rest) * 2 ** 1009;
  return roundedBelowNormal(power * 2 ** (exponent + 1022), rest) * 2 ** -1022;
}

function fused(scale: number, rest: number): number {
  return fma(scale, rest, scale);
}

/** Rounds to the bits that a subnormal number has before it becomes one; compilers do not fuse here. */
function roundedBelowNormal(scale: number, rest: number): number {
  const y = scale + scale * rest;
  if (y >= 1) return y;
  const high = 1 + y;
  const low = 1 - high + y + (scale - y + scale * rest);
  return high + low - 1;
}

/** `x ** y` for positive finite `x` and finite `y`. */
export function powerOfPositive(x: number, y: number): number {
  if (Math.abs(y) >= 2 ** 63) return x === 1 ? 1 : x > 1 === y > 0 ? Infinity : 0;
  tables ??= makeTables();
  const [log, tail] = logarithm(tables, x);
  const high = y * log;
  return exponential(tables, high, fma(y, tail, fma(y, log, -high)));
}
