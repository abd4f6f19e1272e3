/**
 * Waits for a task, but not longer than a limit.
 * @param onLate called when the limit is reached first; the task goes on
 */
export async function within(limitMs: number, task: Promise<void>, onLate: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      onLate();
      resolve();
    }, limitMs);
  });
  try {
    await Promise.race([task, late]);
  } finally {
    clearTimeout(timer);
  }
}
