/**
 * Debian's Postfix on loopback, with its own configuration, queue and ports in a temporary directory. It accepts mail for
 * example.org, over TLS and from the user `lavaflow` for others too, and delivers it to one directory. The packages are postfix,
 * libsasl2-modules and sasl2-bin; Postfix must be started by root.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from '../until.js';

export interface Postfix {
  /** STARTTLS is required. */
  readonly port: number;
  /** TLS from the start. */
  readonly tlsPort: number;
  /** Without TLS. */
  readonly plainPort: number;
  readonly user: string;
  readonly password: string;
  /** The file with its certificate, which is its own authority. */
  readonly caFile: string;
  /** Mail that was delivered, oldest first: headers and body. */
  messages(): Mail[];
  /** Its log, for messages of failed tests. */
  log(): string;
  stop(): Promise<void>;
}

export interface Mail {
  /** Names in lower case; folded lines are joined. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Decoded. */
  readonly body: string;
}

/** It rejects mail for `nobody@example.org`, and cannot take mail for `later@example.org` now. */
export async function startPostfix(): Promise<Postfix> {
  const root = mkdtempSync(join(tmpdir(), 'postfix-'));
  chmodSync(root, 0o755);
  const of = (name: string): string => join(root, name);
  for (const name of ['etc', 'etc/sasl', 'queue', 'data', 'mail']) mkdirSync(of(name), { mode: 0o755 });
  const id = (option: string): number =>
    Number(execFileSync('id', [option, 'postfix'], { encoding: 'utf8' }));
  for (const name of ['data', 'mail']) chownSync(of(name), id('-u'), id('-g'));
  makeCertificate(of('etc'));
  const [port, tlsPort, plainPort] = await freePorts();
  const password = 'of the mail server';
  makeUser(of('etc/sasl'), password, id('-u'));
  writeFileSync(of('etc/main.cf'), mainConfiguration(root, id('-u'), id('-g')));
  writeFileSync(of('etc/master.cf'), services(port, tlsPort, plainPort));
  const log = (): string => readFileSync(of('log'), 'utf8');

  const postfix = spawn('postfix', ['-c', of('etc'), 'start-fg'], { stdio: 'ignore' });
  const ended = once(postfix, 'exit');
  const stop = async (): Promise<void> => {
    execFileSync('postfix', ['-c', of('etc'), 'abort'], { stdio: 'ignore' });
    await ended;
    await until('Postfix has no processes', () => !hasProcesses(of('queue')));
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  };
  await until('Postfix listens', () => canConnect(plainPort));
  return {
    ...{ port, tlsPort, plainPort, user: 'lavaflow', password, caFile: of('etc/cert.pem'), log, stop },
    messages() {
      let names: string[];
      try {
        names = readdirSync(of('mail/all/new'));
      } catch {
        return [];
      }
      return names.map((name) => readMail(readFileSync(of(`mail/all/new/${name}`), 'utf8'))).sort(byDate);
    },
  };
}

function makeCertificate(directory: string): void {
  const files = ['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...names],
    {
      stdio: 'ignore',
    },
  );
}

function makeUser(directory: string, password: string, uid: number): void {
  const database = join(directory, 'db');
  execFileSync('saslpasswd2', ['-p', '-c', '-f', database, '-u', 'localhost', 'lavaflow'], {
    input: password,
  });
  chownSync(database, uid, 0);
  const lines = [
    'pwcheck_method: auxprop',
    'auxprop_plugin: sasldb',
    `sasldb_path: ${database}`,
    'mech_list: PLAIN LOGIN',
  ];
  writeFileSync(join(directory, 'smtpd.conf'), `${lines.join('\n')}\n`);
}

function mainConfiguration(root: string, uid: number, gid: number): string {
  const settings: Record<string, string> = {
    compatibility_level: '3.6',
    queue_directory: join(root, 'queue'),
    data_directory: join(root, 'data'),
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    maillog_file: join(root, 'log'),
    maillog_file_prefixes: root,
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: 'localhost',
    mydestination: '',
    mynetworks: '',
    alias_maps: '',
    alias_database: '',
    local_recipient_maps: '',
    smtpd_relay_restrictions: 'permit_sasl_authenticated, reject_unauth_destination',
    smtpd_recipient_restrictions:
      'check_recipient_access inline:{nobody@example.org=reject, {later@example.org=450 busy}}',
    virtual_mailbox_domains: 'example.org',
    virtual_mailbox_base: join(root, 'mail'),
    virtual_mailbox_maps: 'static:all/',
    virtual_uid_maps: `static:${uid}`,
    virtual_gid_maps: `static:${gid}`,
    virtual_minimum_uid: '1',
    smtpd_tls_cert_file: join(root, 'etc/cert.pem'),
    smtpd_tls_key_file: join(root, 'etc/key.pem'),
    smtpd_tls_security_level: 'encrypt',
    smtpd_tls_auth_only: 'yes',
    smtpd_sasl_auth_enable: 'yes',
    // One process takes the place of another: nothing waits for a slow machine.
    default_process_limit: '20',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

function services(port: number, tlsPort: number, plainPort: number): string {
  return [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    `127.0.0.1:${tlsPort} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes`,
    `127.0.0.1:${plainPort} inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_sasl_auth_enable=no`,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'proxymap unix - - n - - proxymap',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'virtual unix - n n - - virtual',
    'anvil unix - - n - 1 anvil',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n');
}

/** Postfix cannot choose ports itself. */
async function freePorts(): Promise<[number, number, number]> {
  const servers = await Promise.all(
    [0, 1, 2].map(async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports as [number, number, number];
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/** Its daemons work in the directory of the queue. */
function hasProcesses(queue: string): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(queue);
      } catch {
        return false;
      }
    });
}

function readMail(text: string): Mail {
  const end = text.indexOf('\n\n');
  const headers = new Map<string, string[]>();
  for (const line of text
    .slice(0, end)
    .replaceAll(/\n[ \t]+/g, ' ')
    .split('\n')) {
    const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value]);
  }
  const body = text.slice(end + 2);
  const encoding = headers.get('content-transfer-encoding')?.[0];
  return { headers, body: encoding === 'quoted-printable' ? decodeQuoted(body) : body };
}

function decodeQuoted(text: string): string {
  const bytes = text
    .replaceAll(/=\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function byDate(a: Mail, b: Mail): number {
  const numberOf = ({ headers }: Mail): number =>
    Number(/\.(\d+)@/.exec(headers.get('message-id')?.[0] ?? '')?.[1]);
  return numberOf(a) - numberOf(b);
}
