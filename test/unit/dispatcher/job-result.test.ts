import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCpuClock } from '../../support/clocks.js';
import { completeResult } from '../../../src/dispatcher/job-result.js';

const failure = { message: 'it died', errorType: 'Infrastructure' } as const;
const now = new Date('2026-01-02T03:04:05.678Z');
const added =
  '{"dt":"2026-01-02T03:04:05.678","lvl":"results","msg":{"definition":"lava","case":"job","result":"fail","error_msg":"it died","error_type":"Infrastructure","reported_by":"dispatcher"}}\n';
const own = '{"dt": "x", "lvl": "results", "msg": {"definition": "lava", "case": "job", "result": "pass"}}\n';
const other =
  '{"dt": "x", "lvl": "results", "msg": {"definition": "lava", "case": "login", "result": "pass"}}\n';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe('a job without a result', () => {
  it.each([
    ['no log', null, added],
    ['a log', other, `${other}${added}`],
    ['half a line', `a\n${other.slice(0, 30)}`, `a\n${added}`],
    ['only half a line', 'half', added],
    ['a result in the log', `a\n${own}`, `a\n${own}`],
    ['a result and half a line', `${own}{"dt`, own],
    ['a last line that is not YAML', '{results: [\n', `{results: [\n${added}`],
  ])('gets one: %s', async (_, before, after) => {
    const log = join(directory, 'output.yaml');
    if (before !== null) await writeFile(log, before);
    expect(await completeResult(directory, failure, now)).toBe(true);
    expect(await readFile(log, 'utf8')).toBe(after);
    const result = JSON.parse(await readFile(join(directory, 'result.yaml'), 'utf8')) as { result: string };
    expect(result.result).toBe(after.endsWith(own) ? 'pass' : 'fail');
    await rm(join(directory, 'result.yaml'));
    await completeResult(directory, failure, now);
    expect(await readFile(log, 'utf8')).toBe(after);
  });

  it('does not make the dispatcher read a line that costs much', async () => {
    const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join(', ');
    const line = `{lvl: results, msg: {definition: lava, case: job, ${keys}}}\n`;
    await writeFile(join(directory, 'output.yaml'), line);
    const elapsedMs = startCpuClock();
    expect(await completeResult(directory, failure, now)).toBe(true);
    expect(elapsedMs()).toBeLessThan(2_000);
    expect(await readFile(join(directory, 'output.yaml'), 'utf8')).toBe(`${line}${added}`);
  });

  it('is not one whose executor wrote a result', async () => {
    await writeFile(join(directory, 'output.yaml'), own);
    await writeFile(join(directory, 'result.yaml'), 'x');
    expect(await completeResult(directory, failure, now)).toBe(false);
    expect(await readFile(join(directory, 'output.yaml'), 'utf8')).toBe(own);
  });
});
