/**
 * Calls back when the clock reaches a time. The clock is read again at least every half a minute: a timer alone would be
 * late after the machine was suspended or the clock was set, and could not wait longer than 24 days.
 *
 * unset -> set (`set`) -> unset (it rang; `set(null)`; `stop`). Setting it again replaces the time.
 */
export interface Alarm {
  /** @param at ISO 8601; a time that has passed rings at once. Null: do not ring */
  set(at: string | null): void;
  stop(): void;
}

const longestSleepMs = 30_000;

export function createAlarm(now: () => Date, ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  function sleep(atMs: number): void {
    const leftMs = Math.max(0, atMs - now().getTime());
    timer = setTimeout(
      () => {
        if (now().getTime() < atMs) sleep(atMs);
        else ring();
      },
      Math.min(leftMs, longestSleepMs),
    );
  }

  return {
    set(at) {
      clearTimeout(timer);
      if (at !== null && !isStopped) sleep(Date.parse(at));
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
