import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { bundlePrograms, type Programs } from '../../support/processes/programs.js';

const lockProcess = 'test/support/processes/process-lock-process.ts';
let programs: Programs;
let directory: string;
beforeAll(async () => {
  programs = await bundlePrograms([lockProcess]);
  directory = mkdtempSync(join(tmpdir(), 'lavaflow-lock-'));
});
afterAll(() => {
  programs.remove();
  rmSync(directory, { recursive: true });
});

type Child = ChildProcessByStdio<Writable, Readable, null>;

async function nextLine(child: Child): Promise<string> {
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return chunk.toString().trim();
}

/** Processes that are ready to try at the same time. */
async function contenders(count: number): Promise<Child[]> {
  const program = programs.fileOf(lockProcess);
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, [program, join(directory, 'up')], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  await Promise.all(children.map(nextLine));
  return children;
}

test('of the processes that find the lock of a killed one, exactly one takes it over', async () => {
  let winner: Child | null = null;
  try {
    for (let round = 0; round < 3; round += 1) {
      const children = await contenders(5);
      if (winner !== null) {
        const ended = once(winner, 'exit');
        winner.kill('SIGKILL');
        await ended;
      }
      const answers = children.map(nextLine);
      for (const child of children) child.stdin.write('go\n');
      const said = await Promise.all(answers);
      const at = said.indexOf('held');
      winner = children[at] ?? null;
      expect(said.filter((answer) => answer === 'held')).toHaveLength(1);
      expect(new Set(said)).toEqual(new Set(['held', String(winner?.pid)]));
      const losers = children.filter((child) => child !== winner);
      await Promise.all(
        losers.map(async (child) => {
          const ended = once(child, 'exit');
          child.kill('SIGKILL');
          await ended;
        }),
      );
    }
  } finally {
    winner?.kill('SIGKILL');
  }
});
