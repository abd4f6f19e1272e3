import { ExternalError } from '../../diagnostics/index.js';

/** The value that was read, or the reason why it could not be read. */
export type Attempt<T> =
  { readonly value: T; readonly reason: null } | { readonly value: null; readonly reason: string };

/** A failure that a person must fix becomes a reason; a master that does not respond is still an error. */
export async function attempt<T>(reading: Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await reading, reason: null };
  } catch (error) {
    if (error instanceof ExternalError && error.retry !== 'soon')
      return { value: null, reason: error.message };
    throw error;
  }
}
