import { vi } from 'vitest';

/**
 * How long a test waits for something that must happen, whatever the machine: far longer than needed on a slow and
 * busy one. A wait that is itself a claim about speed has its own limit, multiplied by `slowness()`.
 */
export const patienceMs = 60_000;

/** Waits for a condition; fails with `what` if it does not become true in time. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = patienceMs,
): Promise<void> {
  const endMs = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Like `until`, with assertions; fails as the last of them did. */
export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: patienceMs, interval: 5 });
}
