/**
 * Images can name other files: a qcow2 image its backing file, for example. QEMU would open them, with the permissions of the
 * job, wherever they are. Offsets and magic numbers: QEMU's docs/interop/qcow2.rst, qed_spec.rst and vmdk_spec.
 */
import { open } from 'node:fs/promises';

/** QEMU looks at this many bytes to determine the format. */
const probedBytes = 512;
const externalData = 4n;

/** Why QEMU must not open this image; undefined if it may. @param maxBytes how large an image may become */
export async function problemOfImage(file: string, maxBytes: number): Promise<string | undefined> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(probedBytes), 0, probedBytes, 0);
    return problemOfHeader(buffer.subarray(0, bytesRead), maxBytes);
  } finally {
    await handle.close();
  }
}

/** @param header the first 512 bytes, or all of them if there are fewer */
export function problemOfHeader(header: Buffer, maxBytes: number): string | undefined {
  const magic = header.toString('latin1', 0, 4);
  if (magic === 'QFI\xfb' && header.length >= 32) {
    const version = header.readUInt32BE(4);
    if (header.readBigUInt64BE(8) !== 0n) return 'it has a backing file';
    if (version >= 3 && header.length >= 80 && (header.readBigUInt64BE(72) & externalData) !== 0n) {
      return 'its data is in another file';
    }
    // In version 1, the size is at the same place.
    if (header.readBigUInt64BE(24) > BigInt(maxBytes)) {
      return `the guest could let it grow to more than ${(maxBytes / 2 ** 30).toFixed(1)} GiB`;
    }
    return undefined;
  }
  if (magic === 'QED\0') return 'images in the format qed may have a backing file';
  const isDescription = /^(?:[#\s]|vers)/.test(magic) && header.includes('version=');
  if (magic === 'KDMV' || magic === 'COWD' || isDescription) {
    return 'images in the format vmdk may name other files';
  }
  return undefined;
}
