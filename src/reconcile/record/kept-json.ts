/** Parsing and shapes that are common to all stored texts (record-text.ts, drift-text.ts). */
import { objectKinds } from '../../model/index.js';
import { matching, type Shape } from './shape.js';

export const key = matching(new RegExp(`^(${objectKinds.join('|')})/[^]+$`, 'u'));
export const time = matching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u);
export const digest = matching(/^[0-9a-f]{64}$/u);

/**
 * Parses the stored text of one master.
 * @param shape of an object with the name of its master
 * @param fail creates the error from a reason
 */
export function parseKept(
  text: string,
  master: string,
  shape: Shape,
  fail: (why: string) => Error,
): { readonly master: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would quote the file.
    throw fail('it is not JSON');
  }
  const why = shape(value);
  if (why !== null) throw fail(why);
  const kept = value as { readonly master: string };
  if (kept.master !== master) throw fail(`it belongs to the master ${JSON.stringify(kept.master)}`);
  return kept;
}
