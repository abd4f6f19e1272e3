import { DecodingWork, WorkExceeded } from './decoding-work.js';
import { textOf } from './frames.js';
import { XzError, decodeXz, encodeXz } from './xz.js';

/** A larger description is not stored. */
const maxDescriptionBytes = 8 * 1024 * 1024;

/** In steps of about 10 ns: a description of the maximum size, even one that does not compress, costs less. */
export const descriptionWork = { all: 128 * 1024 * 1024, little: 256 * 1024 } as const;

/** Encodes description.yaml for END; returns no bytes if the job's process died before it wrote one. */
export function packDescription(text: string): Uint8Array {
  return text === '' ? new Uint8Array() : encodeXz(Buffer.from(text));
}

/**
 * The text of description.yaml from an END message. If it cannot be decoded, the text reports that: an empty one
 * would mean that the job's process died.
 * @param most the work that decoding may cost: `descriptionWork`
 * @returns null if it would cost more
 */
export function unpackDescription(bytes: Uint8Array, most: number): string | null {
  if (bytes.length === 0) return '';
  try {
    const limits = { maxBytes: maxDescriptionBytes, work: new DecodingWork(most) };
    return textOf(decodeXz(bytes, limits)) ?? unreadableDescription('it is not UTF-8');
  } catch (error) {
    if (error instanceof WorkExceeded) return null;
    if (error instanceof XzError) return unreadableDescription(error.message);
    throw error;
  }
}

/** The text that replaces a description that cannot be decoded. */
export function unreadableDescription(why: string): string {
  return `# The description that the worker sent could not be read: ${why}.\n`;
}
