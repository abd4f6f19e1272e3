/** Mail to a real Postfix. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openMail, type MailOptions } from '../../../src/notify/index.js';
import { startPostfix, type Mail, type Postfix } from '../../support/mail/postfix.js';
import { noticeNumber } from '../../support/mail/notice.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { eventually } from '../../support/until.js';

const none = new AbortController().signal;

describe.skipIf(requireOrSkip('postfix'))('mail', () => {
  let postfix: Postfix;
  let good: MailOptions;

  beforeAll(async () => {
    postfix = await startPostfix();
    const { user, password, port } = postfix;
    good = {
      ...{ name: 'ops', host: 'localhost', port, tls: 'starttls', ca: readFileSync(postfix.caFile, 'utf8') },
      ...{
        login: { user, password },
        from: 'lavaflow@example.org',
        to: ['ops@example.org'],
        contacts: false,
      },
      timeoutMs: 30_000,
    };
  });
  afterAll(async () => {
    await postfix.stop();
  });

  async function send(
    number: number,
    more: Partial<MailOptions> = {},
    hostile?: string,
  ): Promise<string | null> {
    return await (await openMail({ ...good, ...more })).send(noticeNumber(number, hostile), none);
  }

  async function received(number: number): Promise<Mail[]> {
    const has = ({ headers }: Mail): boolean =>
      headers.get('message-id')?.[0]?.includes(`.${number}@`) === true;
    await eventually(() => {
      expect(postfix.messages().some(has), postfix.log()).toBe(true);
    });
    return postfix.messages().filter(has);
  }

  it('arrives over STARTTLS, with a login, as plain text in the thread of its incident', async () => {
    expect(await send(1)).toBeNull();
    expect(await send(2)).toBeNull();
    const [first, second] = [await received(1), await received(2)].map(([one]) => one);
    expect(first?.headers.get('subject')).toEqual([
      '[lavaflow] OPEN: master main cannot be reached (2 devices)',
    ]);
    expect(first?.headers.get('from')).toEqual(['lavaflow <lavaflow@example.org>']);
    expect(first?.headers.get('content-type')?.[0]).toMatch(/^text\/plain; charset=utf-8/);
    expect(first?.headers.get('auto-submitted')).toEqual(['auto-generated']);
    expect(first?.body).toContain('Affected: 2 devices: board-1, board-2\n');
    expect(first?.headers.get('references')).toEqual(second?.headers.get('references'));
    expect(first?.headers.get('message-id')).not.toEqual(second?.headers.get('message-id'));
    // TLS was used.
    expect(postfix.log()).toContain('sasl_username=lavaflow');
    expect(first?.headers.get('received')?.[0]).toMatch(/with ESMTPSA/);
  });

  it('arrives over TLS from the start', async () => {
    expect(await send(3, { port: postfix.tlsPort, tls: 'implicit' })).toBeNull();
    expect((await received(3))[0]?.headers.get('received')?.[0]).toMatch(/with ESMTPSA/);
  });

  it('has no headers, recipients or lines that an incident added', async () => {
    const hostile = 'x\r\nBcc: thief@example.org\r\n\r\n.\r\nMAIL FROM:<a@b> \u202eevil ü';
    expect(await send(4, {}, hostile)).toBeNull();
    const [mail] = await received(4);
    expect(mail?.headers.has('bcc')).toBe(false);
    expect(mail?.headers.get('to')).toEqual(['ops@example.org']);
    expect(mail?.headers.get('delivered-to')).toEqual(['ops@example.org']);
    expect(mail?.body).toContain(
      'x\\u000d\\u000aBcc: thief@example.org\\u000d\\u000a\\u000d\\u000a.\\u000d\\u000aMAIL',
    );
    expect(mail?.body).toContain('\\u202eevil ü');
  });

  it('goes to the contacts of the incident in the domains that are allowed, and to nothing that is not an address', async () => {
    const more = { contacts: true, domains: ['example.org'] };
    expect(await send(5, more)).toBeNull();
    const [mail] = await received(5);
    // `noticeNumber` has more contacts: of another domain, and with addresses that contain more than one.
    expect(mail?.headers.get('to')?.[0]).toBe('ops@example.org, desk@example.org');
    expect(await received(5)).toHaveLength(2);
  });

  it('reports recipients that the server rejects, and sends to the others', async () => {
    expect(await send(6, { to: ['ops@example.org', 'nobody@example.org'] })).toBe(
      'the server rejected nobody@example.org',
    );
    await received(6);
  });

  it.each<[string, Partial<MailOptions>, string, RegExp]>([
    [
      'a wrong password',
      { login: { user: 'lavaflow', password: 'hunter2hunter2' } },
      'after-change',
      /Check the user/,
    ],
    [
      'a certificate that is not trusted',
      { ca: undefined as never },
      'after-change',
      /self-signed certificate.*caFile/,
    ],
    ['a server without STARTTLS', { port: 0, login: undefined as never }, 'after-change', /STARTTLS/],
    ['a recipient that is rejected', { to: ['nobody@example.org'] }, 'never', /nobody@example.org/],
    ['a recipient that is busy', { to: ['later@example.org'] }, 'soon', /busy/],
    ['a server that is not there', { port: 1 }, 'soon', /ECONNREFUSED/],
  ])('fails with one error for %s', async (_, more, retry, message) => {
    const { ca, login, ...rest } = { ...good, ...more };
    const port = rest.port === 0 ? postfix.plainPort : rest.port;
    const options = {
      ...{ ...rest, port },
      ...(ca === undefined ? {} : { ca }),
      ...((login as object | undefined) === undefined ? {} : { login }),
    } as MailOptions;
    const failure = (await openMail(options)).send(noticeNumber(9), none);
    await expect(failure).rejects.toMatchObject({
      name: 'ExternalError',
      retry,
      message: expect.stringMatching(message) as string,
    });
    await expect(failure).rejects.not.toMatchObject({
      message: expect.stringContaining('hunter2') as string,
    });
  });
});
