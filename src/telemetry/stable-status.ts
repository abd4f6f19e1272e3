import type { ControllerStatus } from '../controller/index.js';

/**
 * The status as a value that stays the same object until its content changes. Requests that arrive together share one reading.
 */
export function stableStatus(read: () => ControllerStatus): () => ControllerStatus {
  let last: { readonly status: ControllerStatus; readonly text: string } | null = null;
  let isCurrent = false;
  return () => {
    if (last !== null && isCurrent) return last.status;
    const status = read();
    const text = JSON.stringify(status);
    if (last?.text !== text) last = { status, text };
    isCurrent = true;
    setImmediate(() => {
      isCurrent = false;
    });
    return last.status;
  };
}
