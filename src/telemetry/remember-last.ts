import type { ControllerStatus } from '../controller/index.js';

/** A function that remembers its last result, for the same status and the same number (a time in seconds). */
export function rememberLast<T>(
  make: (status: ControllerStatus, second: number) => T,
): (status: ControllerStatus, second: number) => T {
  let last: { readonly status: ControllerStatus; readonly second: number; readonly value: T } | null = null;
  return (status, second) => {
    if (last?.status !== status || last.second !== second) {
      last = { status, second, value: make(status, second) };
    }
    return last.value;
  };
}
