import { ExternalError } from '../../diagnostics/index.js';

/** What was read, or why not. */
export type Attempt<T> =
  { readonly value: T; readonly reason: null } | { readonly value: null; readonly reason: string };

/** What a person must repair is a reason; a master that does not answer is not. */
export async function attempt<T>(reading: Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await reading, reason: null };
  } catch (error) {
    if (error instanceof ExternalError && error.retry !== 'soon')
      return { value: null, reason: error.message };
    throw error;
  }
}
