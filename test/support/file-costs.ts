import { appendFileSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { afterAll, expect } from 'vitest';

/**
 * Vitest's setup file: with LAVAFLOW_TEST_REPORT=FILE, appends to FILE.cpu the processor time of each test file,
 * including processes that it started and waited for. `scripts/slowest-tests.js` prints it.
 */
const report = process.env['LAVAFLOW_TEST_REPORT'];
const seen = globalThis as { lavaflowCpuSeconds?: number };

if (report !== undefined) {
  afterAll(() => {
    const total = cpuSeconds();
    const seconds = total - (seen.lavaflowCpuSeconds ?? 0);
    seen.lavaflowCpuSeconds = total;
    const file = relative(process.cwd(), expect.getState().testPath ?? '');
    appendFileSync(`${report}.cpu`, `${seconds.toFixed(2)} ${file}\n`);
  });
}

/**
 * Of this process since its start, and of its children that have ended. On Linux only; elsewhere without the
 * children.
 */
function cpuSeconds(): number {
  if (process.platform !== 'linux') return process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;
  // After the name in parentheses: utime, stime, cutime and cstime are fields 14 to 17 (proc(5)), in ticks of 10 ms.
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
