/** What a job may see of the environment of `up`: enough to find programs and a home directory, but no tokens. */
const passed = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

/** The environment of the dispatcher, and so of its jobs. @param boards where the simulated boards write their ports */
export function jobEnvironment(boards: string): Readonly<Record<string, string>> {
  const entries = passed.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(entries), LAVAFLOW_BOARD_DIR: boards };
}
