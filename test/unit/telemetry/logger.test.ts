import { expect, test } from 'vitest';
import { createLogger } from '../../../src/telemetry/index.js';

function collect(pretty: boolean): { lines: string[]; log: ReturnType<typeof createLogger> } {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', pretty, destination: (line) => lines.push(line) });
  return { lines, log };
}

test('writes one JSON line an event, with its fields, from its level up', () => {
  const { lines, log } = collect(false);
  log.logger.debug('not shown');
  log.logger.info({ master: 'm', revision: 'abc' }, 'master reconciled');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 30,
    msg: 'master reconciled',
    master: 'm',
    revision: 'abc',
  });
});

test.each([
  ['as it is', 'token s3cr"et+/x== is bad'],
  ['in a URL', `https://u:${encodeURIComponent('s3cr"et+/x==')}@host/`],
  ['in base64', `Basic ${Buffer.from('s3cr"et+/x==').toString('base64')}`],
])('masks a registered secret %s, in messages, fields and errors', (_, text) => {
  const { lines, log } = collect(false);
  log.addSecret('s3cr"et+/x==');
  log.logger.info({ text, nested: [{ text }], err: new Error(text) }, text);
  const form = JSON.stringify(text).slice(1, -1);
  expect(lines[0]).not.toContain(form);
  expect(lines[0]).not.toContain('s3cr');
  expect(lines[0]).toContain('[redacted]');
  expect(() => JSON.parse(lines[0] ?? '') as unknown).not.toThrow();
});

test('an empty or tiny secret masks nothing', () => {
  const { lines, log } = collect(false);
  log.addSecret('');
  log.addSecret('a');
  log.logger.info('a b a');
  expect(lines[0]).toContain('a b a');
});

test('lines for people: one a event, and no control character of a hostile text reaches the terminal', () => {
  const { lines, log } = collect(true);
  log.logger.warn({ master: 'm', why: 'x\u001b[2J\ny' }, 'master not reached');
  expect(lines[0]).toMatch(
    /^\S*\d\d:\d\d:\d\d\S* \S*warn\S* master not reached .*master=.*m.*why=.*x \[2J y\n$/,
  );
  expect(lines[0]?.slice(0, -1)).not.toContain('\n');
});

test('an internal error shows its stack', () => {
  const { lines, log } = collect(true);
  log.logger.error({ err: new Error('boom') }, 'internal error');
  expect(lines[0]).toMatch(/internal error\n {4}Error: boom\n {4} +at /);
});
