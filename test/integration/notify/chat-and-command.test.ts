/** Messages to a real HTTP server, and to real processes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openChat, openCommand } from '../../../src/notify/index.js';
import { startHttpServer, type TestServer } from '../../support/http-server.js';
import { noticeNumber } from '../../support/mail/notice.js';

const none = new AbortController().signal;

describe('a chat', () => {
  let server: TestServer;
  let status = 200;
  const bodies: string[] = [];

  beforeAll(async () => {
    server = await startHttpServer(async (request, response) => {
      const parts: Uint8Array[] = [];
      for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part);
      bodies.push(Buffer.concat(parts).toString('utf8'));
      // No answer.
      if (status === 0) return;
      response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end('ok');
    });
  });
  beforeEach(() => {
    status = 200;
    bodies.length = 0;
  });
  afterAll(async () => {
    await server.stop();
  });

  const send = async (cause?: string, timeoutMs = 30_000) =>
    (await openChat({ name: 'chat', url: `${server.url}/hooks/hunter2`, timeoutMs })).send(
      noticeNumber(1, cause),
      none,
    );

  it('gets the message as text', async () => {
    expect(await send()).toBeNull();
    const { text } = JSON.parse(bodies[0] ?? '') as { text: string };
    expect(text.replaceAll('\u200B', '')).toContain(
      '[lavaflow] OPEN: master main cannot be reached (2 devices)\n',
    );
    expect(server.requests.at(-1)).toBe('POST /hooks/hunter2');
  });

  it('cannot be made to mention, link or format anything', async () => {
    await send(
      '<!channel> <@U123> @here @all <https://evil.example|click> [x](https://evil.example) www.evil.example `~town ~ *b*',
    );
    const { text } = JSON.parse(bodies[0] ?? '') as { text: string };
    expect(text).not.toMatch(/[<>]|@\w|:\/\/|\]\(|www\.\w|\w\.example|~\w|`[^\u200B]/);
    expect(text).toContain('&lt;!');
    // Nothing was lost.
    expect(text.replaceAll('\u200B', '')).toContain('&lt;https://evil.example|click&gt;');
  });

  it.each([
    [500, 'soon'],
    [429, 'soon'],
    [404, 'after-change'],
    [403, 'after-change'],
    [302, 'after-change'],
    [400, 'never'],
  ])('that answers with %i fails with one error, which does not contain the URL', async (code, retry) => {
    status = code;
    await expect(send()).rejects.toMatchObject({ name: 'ExternalError', retry, where: server.url });
    await expect(send()).rejects.not.toMatchObject({ message: expect.stringContaining('hunter2') as string });
  });

  it('that does not answer, or is not there, is tried again', async () => {
    status = 0;
    await expect(send(undefined, 100)).rejects.toMatchObject({
      retry: 'soon',
      why: 'no response within 0.1 s',
    });
    const gone = await openChat({ name: 'chat', url: 'http://127.0.0.1:1/hooks/hunter2' });
    await expect(gone.send(noticeNumber(1), none)).rejects.toMatchObject({
      retry: 'soon',
      where: 'http://127.0.0.1:1',
    });
  });
});

describe('a command', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'lavaflow-notify-'));
    process.env['LAVA_TOKEN_OF_TEST'] = 'hunter2';
  });
  afterAll(() => {
    delete process.env['LAVA_TOKEN_OF_TEST'];
    rmSync(directory, { recursive: true });
  });

  const send = async (script: string, args: readonly string[] = [], timeoutMs = 30_000) =>
    (await openCommand({ name: 'page', run: ['/bin/sh', '-c', script, ...args], timeoutMs })).send(
      noticeNumber(7),
      none,
    );

  it('gets the message as JSON, its arguments as they are, and no secrets', async () => {
    const args = [join(directory, 'out'), '$(touch injected); `id`'];
    expect(await send('{ cat; printf "%s\\n" "$1"; env; } > "$0"', args)).toBeNull();
    const [json = '', argument, ...environment] = readFileSync(join(directory, 'out'), 'utf8').split('\n');
    expect(JSON.parse(json)).toMatchObject({
      format: 'lavaflow-notice',
      phase: 'opened',
      subject: '[lavaflow] OPEN: master main cannot be reached (2 devices)',
      incident: { key: 'master-unreachable/main', severity: 'high', affected: { count: 2 } },
    });
    expect(argument).toBe(args[1]);
    expect(environment.join('\n')).not.toContain('hunter2');
  });

  it('that does not read is accepted', async () => {
    expect(await send('exit 0')).toBeNull();
  });

  it('that fails, or takes too long, is tried again; one that does not exist waits for a person', async () => {
    await expect(send('echo no network >&2; exit 1')).rejects.toMatchObject({
      retry: 'soon',
      why: 'no network',
    });
    await expect(send('sleep 1000', [], 100)).rejects.toMatchObject({
      retry: 'soon',
      why: 'did not finish within 0.1 s',
    });
    const missing = await openCommand({ name: 'page', run: ['/no/such/program'], timeoutMs: 1000 });
    await expect(missing.send(noticeNumber(7), none)).rejects.toMatchObject({ retry: 'after-change' });
  });
});
