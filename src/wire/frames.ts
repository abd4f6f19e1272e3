/** What the codecs of both channels share: strict text, job IDs, and refusals as values. */

/** A decoded message, or the reason why the frames are not valid. Nothing that comes from the network throws. */
export type Decoded<T> =
  { readonly ok: true; readonly message: T } | { readonly ok: false; readonly reason: string };

const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a frame, or null if it is not UTF-8. */
export function textOf(frame: Uint8Array): string | null {
  try {
    return strictText.decode(frame);
  } catch {
    return null;
  }
}

/** A number as LAVA writes job IDs and counts: decimal digits, small enough for a double to represent it exactly. */
export function countOf(text: string | undefined): number | null {
  return text !== undefined && /^(0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : null;
}

export function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

/** Text from the network, shortened and on one line, for log messages. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
