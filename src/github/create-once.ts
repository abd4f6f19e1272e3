import type { Octokit } from 'octokit';
import type { Client } from './client.js';
import { isUncertain } from './failure.js';

const attempts = 3;

/**
 * Creates an object although a response may get lost: before it tries again, it looks whether the object is there.
 * @param create without retries of its own
 * @param find the object that an earlier attempt created; null: there is none
 * @throws ExternalError
 */
export async function createOnce<T>(
  client: Client,
  what: string,
  create: (octokit: Octokit, request: { readonly retries: 0 }) => Promise<T>,
  find: () => Promise<T | null>,
): Promise<T> {
  for (let left = attempts - 1; left > 0; left -= 1) {
    try {
      return await client.once((octokit) => create(octokit, { retries: 0 }));
    } catch (error) {
      if (!isUncertain(error)) return client.attempt(what, () => Promise.reject(error as Error));
      const found = await find();
      if (found !== null) return found;
    }
  }
  return client.attempt(what, (octokit) => create(octokit, { retries: 0 }));
}
