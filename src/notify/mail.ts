import { createTransport, type SMTPTransportOptions } from 'nodemailer';
import { ExternalError, redact, visible } from '../diagnostics/index.js';
import type { Contact } from '../model/index.js';
import type { NotificationChannel, Notice } from '../report/index.js';

export interface MailOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** `starttls`: required after the greeting; `implicit`: from the start; `none`: never. */
  readonly tls: 'starttls' | 'implicit' | 'none';
  /** Certificates (PEM) that the server's is checked against. Default: those of Node.js. */
  readonly ca?: string;
  readonly login?: { readonly user: string; readonly password: string };
  readonly from: string;
  /** Who gets every message. */
  readonly to: readonly string[];
  /** Whether the contacts of an incident get it as well. */
  readonly contacts: boolean;
  /** Contacts of other domains get none. Default: any. */
  readonly domains?: readonly string[];
  /** For each step of a delivery. Default: 30 seconds. */
  readonly timeoutMs?: number;
}

/** As SMTP has it, without a name, quotes and comments: no address can add another one, or a header. */
const mailbox = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i;
const mostRecipients = 100;

/**
 * Mail through an SMTP server, as plain text. `Message-ID` and `References` come from the notice, so that mail readers show all
 * messages about one incident together, and recognize one that was sent twice.
 */
export function createMailChannel(options: MailOptions): NotificationChannel {
  const { host, port, tls, login, timeoutMs = 30_000 } = options;
  const settings: SMTPTransportOptions = {
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    // A body is never read from a file or a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
    tls: { minVersion: 'TLSv1.2', ...(options.ca === undefined ? {} : { ca: options.ca }) },
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
  };
  const domain = options.from.slice(options.from.lastIndexOf('@') + 1);
  return {
    name: options.name,
    async send(notice, signal) {
      const to = recipientsOf(options, notice.message.incident.contacts);
      if (to.length === 0) return 'nobody to send it to: no recipients, and no contacts with an address';
      signal.throwIfAborted();
      const transport = createTransport(settings);
      const abort = (): void => {
        transport.close();
      };
      signal.addEventListener('abort', abort, { once: true });
      try {
        const { rejected } = await transport.sendMail(mailOf(notice, options.from, to, domain));
        return rejected.length === 0 ? null : `the server rejected ${rejected.map(addressOf).join(', ')}`;
      } catch (error) {
        throw failure(error, options);
      } finally {
        signal.removeEventListener('abort', abort);
        transport.close();
      }
    },
  };
}

function mailOf(notice: Notice, from: string, to: readonly string[], domain: string) {
  const root = `<${notice.thread}@${domain}>`;
  return {
    from: { name: 'lavaflow', address: from },
    to: to.map((address) => ({ name: '', address })),
    subject: visible(notice.text.subject),
    text: notice.text.body,
    messageId: `<${notice.id}@${domain}>`,
    inReplyTo: root,
    references: root,
    date: new Date(notice.message.at),
    headers: {
      // RFC 3834: nobody answers automatically.
      'Auto-Submitted': 'auto-generated',
      'X-Lavaflow-Incident': visible(notice.message.incident.key),
      'X-Lavaflow-Phase': notice.message.phase,
    },
  };
}

function recipientsOf(
  { to, contacts, domains }: MailOptions,
  affected: readonly Contact[],
): readonly string[] {
  const isAllowed = (address: string): boolean => {
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
    return domains === undefined || domains.some((one) => one.toLowerCase() === domain);
  };
  const more = contacts ? affected.flatMap(({ email }) => email ?? []).filter(isAllowed) : [];
  const seen = new Map(
    [...to, ...more].filter((one) => mailbox.test(one)).map((one) => [one.toLowerCase(), one]),
  );
  return [...seen.values()].slice(0, mostRecipients);
}

function addressOf(address: string | { readonly address: string }): string {
  return typeof address === 'string' ? address : address.address;
}

function failure(error: unknown, options: MailOptions): unknown {
  if (!(error instanceof Error)) return error;
  const { code = '', originalCode = '', responseCode } = error as SmtpError;
  const { retry, hint } = judge(originalCode === '' ? code : originalCode, responseCode, options);
  const { login } = options;
  return new ExternalError({
    what: 'send a mail',
    where: `${options.host}:${options.port}`,
    why: visible(redact(error.message, login === undefined ? [] : [login.user, login.password])),
    retry,
    ...(hint === undefined ? {} : { hint }),
  });
}

function judge(
  code: string,
  responseCode: number | undefined,
  { tls }: MailOptions,
): { readonly retry: ExternalError['retry']; readonly hint?: string } {
  const isTemporary = responseCode !== undefined && responseCode < 500;
  if (code === 'EAUTH' || code === 'ENOAUTH') {
    if (isTemporary) return { retry: 'soon' };
    return { retry: 'after-change', hint: 'Check the user and the password of this channel.' };
  }
  if (code === 'ETLS' || code === 'EPROTO' || certificateCodes.test(code)) {
    const offers = tls === 'starttls' ? 'offers STARTTLS' : 'speaks TLS on this port';
    const hint = `Check that the server ${offers}, with a certificate that caFile or the system trusts.`;
    return { retry: 'after-change', hint };
  }
  // Before a recipient was named, the server rejects the sender or the connection, and not this message.
  if (responseCode === 530 || responseCode === 535) return { retry: 'after-change' };
  if (responseCode !== undefined && responseCode >= 500) return { retry: 'never' };
  return { retry: code === 'ECONFIG' ? 'after-change' : 'soon' };
}

/** What nodemailer throws. */
interface SmtpError {
  readonly code?: string;
  /** Of the error that it replaced. */
  readonly originalCode?: string;
  readonly responseCode?: number;
}

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_(?:TLS|SSL)/;
