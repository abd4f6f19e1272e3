import { textOf } from './frames.js';
import { XzError, decodeXz, encodeXz } from './xz.js';

/** A larger description is not stored. */
const maxDescriptionBytes = 8 * 1024 * 1024;

/** Encodes description.yaml for END; returns no bytes if the job's process died before it wrote one. */
export function packDescription(text: string): Uint8Array {
  return text === '' ? new Uint8Array() : encodeXz(Buffer.from(text));
}

/**
 * The text of description.yaml from an END message. If it cannot be decoded, the text reports that: an empty one
 * would mean that the job's process died.
 */
export function unpackDescription(bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  try {
    return textOf(decodeXz(bytes, maxDescriptionBytes)) ?? unreadable('it is not UTF-8');
  } catch (error) {
    if (error instanceof XzError) return unreadable(error.message);
    throw error;
  }
}

function unreadable(why: string): string {
  return `# The description that the worker sent could not be read: ${why}.\n`;
}
