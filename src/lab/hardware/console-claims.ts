import type { Claim } from './claim.js';
import { baseName, spell, stepsOf, type Step } from './command-steps.js';
import { areaOfArguments, areaOfHost } from './host-area.js';

/** Programs whose consoles are not hardware. */
const otherPrograms = /^(?:adb|docker|podman|kubectl|lxc(?:-.*)?|qemu.*)$/;
/** What every process may use. */
const sharedDevice =
  /^\/dev\/(?:null|zero|u?random|tty|ptmx|pts\/.*|stdin|stdout|stderr|kvm|net\/tun|vhost.*)$/;

/** The serial port to which a console command connects. */
export function consoleClaims(command: unknown): readonly Claim[] {
  return stepsOf(command).flatMap((step) => claimOf(step) ?? []);
}

function claimOf(step: Step): Claim | null {
  const [program, ...words] = step;
  const name = baseName(program);
  if (otherPrograms.test(name)) return null;
  const socket = socketOf(name, words);
  if (socket !== null) {
    const host = socket.host.toLowerCase();
    return { kind: 'serial port', id: `${host}:${socket.port}`, area: areaOfHost(host) };
  }
  const isRemote = name === 'ssh' || words.some((word) => /^[\w.-]+@/.test(word));
  const [device] = words
    .flatMap((word) => /\/dev\/[^\s,;:'"]+/.exec(word)?.[0] ?? [])
    .filter((path) => !sharedDevice.test(path));
  if (device !== undefined && !isRemote) return { kind: 'serial port', id: device, area: 'worker' };
  if (words.length === 0) return null;
  return { kind: 'serial port', id: spell(step), area: areaOfArguments(words) };
}

function socketOf(program: string, words: readonly string[]) {
  if (program === 'socat') {
    const [, host, port] =
      words
        .map((word) => /^(?:tcp[46]?(?:-connect)?|openssl):([^:,]+):(\d+)/i.exec(word))
        .find((match) => match !== null) ?? [];
    return host === undefined || port === undefined ? null : { host, port };
  }
  if (!/^(?:telnet|nc|ncat|netcat)$/.test(program)) return null;
  const plain = words.filter((word) => !word.startsWith('-'));
  const last = plain.at(-1) ?? '';
  const joined = /^([^:]+):(\d+)$/.exec(last);
  if (joined !== null) return { host: joined[1] ?? '', port: joined[2] ?? '' };
  const host = plain.at(-2);
  if (/^\d+$/.test(last) && host !== undefined) return { host, port: String(Number(last)) };
  return program === 'telnet' && last !== '' ? { host: last, port: '23' } : null;
}
