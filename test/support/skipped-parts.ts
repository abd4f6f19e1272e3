import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Vitest's globalSetup: collects what `requireOrSkip` skipped in all test files, and reports at the end of the run
 * which parts were missing and how to install them.
 */
export default function collectSkippedParts(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-skipped-'));
  const notes = join(directory, 'parts');
  writeFileSync(notes, '');
  process.env['LAVAFLOW_SKIPPED_PARTS'] = notes;
  return () => {
    const reasons = [
      ...new Set(
        readFileSync(notes, 'utf8')
          .split('\n')
          .filter((line) => line !== ''),
      ),
    ].sort();
    rmSync(directory, { recursive: true, force: true });
    if (reasons.length === 0) return;
    const lines = reasons.map((reason) => `  - ${reason}\n`).join('');
    process.stderr.write(`\nTests that did not run, and what they need:\n${lines}`);
  };
}
