/** CRC-64 (ECMA-182, reflected), the default integrity check of xz, as 8 bytes in little-endian order. */
export function crc64(data: Uint8Array): Uint8Array {
  // As two halves: 64-bit integers would be BigInts, which are a hundred times slower.
  let low = 0xffffffff;
  let high = 0xffffffff;
  for (const byte of data) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (lowTable[index] ?? 0);
    high = (high >>> 8) ^ (highTable[index] ?? 0);
  }
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, ~low >>> 0, true);
  view.setUint32(4, ~high >>> 0, true);
  return bytes;
}

const lowTable = new Uint32Array(256);
const highTable = new Uint32Array(256);
for (let index = 0; index < 256; index += 1) {
  let low = index;
  let high = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    const isOdd = (low & 1) === 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (isOdd) {
      low ^= 0xd7870f42;
      high ^= 0xc96c5795;
    }
  }
  lowTable[index] = low;
  highTable[index] = high;
}
