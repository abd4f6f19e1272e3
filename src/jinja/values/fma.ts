const view = new DataView(new ArrayBuffer(8));

/** The 64 bits of a double. */
export function bitsOf(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** The double of 64 bits. */
export function doubleOfBits(bits: bigint): number {
  view.setBigUint64(0, BigInt.asUintN(64, bits));
  return view.getFloat64(0);
}

const FRACTION = (1n << 52n) - 1n;

/** A finite double as an integer times a power of two. */
export function partsOf(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = bitsOf(value);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const magnitude = (bits & FRACTION) | (biased === 0 ? 0n : 1n << 52n);
  return { mantissa: bits >> 63n === 1n ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075 };
}

function lengthOf(positive: bigint): number {
  const hex = positive.toString(16);
  return hex.length * 4 + 28 - Math.clz32(Number.parseInt(hex.charAt(0), 16));
}

/** `mantissa * 2 ** exponent` as a double, rounded once, ties to even. */
export function roundToDouble(mantissa: bigint, exponent: number): number {
  if (mantissa < 0n) return -roundToDouble(-mantissa, exponent);
  if (mantissa === 0n) return 0;
  const length = lengthOf(mantissa);
  const keep = Math.min(53, length + exponent + 1074);
  const drop = length - keep;
  if (keep < 0) return 0;
  if (drop <= 0) return timesPowerOfTwo(Number(mantissa), exponent);
  const half = 1n << BigInt(drop - 1);
  const rest = mantissa & ((1n << BigInt(drop)) - 1n);
  const kept = mantissa >> BigInt(drop);
  const isUp = rest > half || (rest === half && (kept & 1n) === 1n);
  return timesPowerOfTwo(Number(isUp ? kept + 1n : kept), exponent + drop);
}

/** The value has few enough bits that nothing is lost on the way. */
function timesPowerOfTwo(value: number, exponent: number): number {
  let [result, left] = [value, exponent];
  for (; left > 1000; left -= 1000) result *= 2 ** 1000;
  for (; left < -1000; left += 1000) result *= 2 ** -1000;
  return result * 2 ** left;
}

/** `a * b + c`, rounded once, of finite doubles. */
export function fma(a: number, b: number, c: number): number {
  const [x, y, z] = [partsOf(a), partsOf(b), partsOf(c)];
  const ofProduct = x.exponent + y.exponent;
  const exponent = Math.min(ofProduct, z.exponent);
  const product = (x.mantissa * y.mantissa) << BigInt(ofProduct - exponent);
  return roundToDouble(product + (z.mantissa << BigInt(z.exponent - exponent)), exponent);
}
