import { dictOf, valueAt } from '../../job/index.js';
import { uniqueClaims, type Claim } from './claim.js';
import { consoleClaims } from './console-claims.js';
import { areaOfHost } from './host-area.js';
import { powerClaims } from './power-claims.js';

/**
 * The claims in one section (a top-level key with its value) of a device configuration.
 * @param value from `parsePython` or `parseYaml`
 * @param text the section as it is rendered
 */
export function claimsInSection(key: string, value: unknown, text: string): readonly Claim[] {
  if (key === 'commands') return uniqueClaims(claimsInCommands(value, text));
  if (key === 'actions') return uniqueClaims([...addressesInText(text), ...sshClaims(value)]);
  if (key === 'parameters' || key === 'device_info' || key === 'static_info')
    return uniqueClaims([...claimsInFacts(value, '')]);
  return usbClaims(key, value);
}

function claimsInCommands(commands: unknown, text: string): Claim[] {
  const of = (...keys: string[]) => valueAt(commands, ...keys);
  return [
    ...powerClaims(of('power_on'), of('power_off'), of('hard_reset')),
    ...consoleClaims(of('connect')),
    ...entriesOf(of('connections')).flatMap(([, connection]) =>
      consoleClaims(valueAt(connection, 'connect')),
    ),
    ...tftpClaims(text),
  ];
}

/** A directory below one that TFTP servers serve. */
function tftpClaims(text: string): Claim[] {
  return [...text.matchAll(/\/(?:srv\/tftp|tftpboot)\/([\w.-]+)\//g)].map(([, directory = '']) =>
    tftpClaim(directory),
  );
}

function tftpClaim(id: string): Claim {
  return { kind: 'TFTP directory', id, area: 'worker' };
}

/** Serial numbers by which a program finds a board on a worker. Zeros are the default of templates. */
function usbClaims(key: string, value: unknown): Claim[] {
  const isSerial = /(?:^|_)(?:serial_number|board_id|usb_serial)$/.test(key);
  if (!isSerial || (typeof value !== 'string' && typeof value !== 'number')) return [];
  return /[^0:.-]/.test(String(value))
    ? [{ kind: 'USB serial number', id: String(value), area: 'worker' }]
    : [];
}

/** Hosts that boards share. */
const ofOthers = /host|server|gateway|dispatcher|router|dns|proxy|nfs|worker|netmask/i;
const addressKey = /(?:^|[_-])ip(?:v[46])?(?:[_-]?addr(?:ess)?)?$/i;
const mostDepth = 6;

/** Facts about a board: mappings and lists with `mac`, `ip`, `board_id` and similar keys. */
function* claimsInFacts(value: unknown, key: string, depth = 0): Generator<Claim> {
  if (depth > mostDepth || ofOthers.test(key)) return;
  if (Array.isArray(value)) for (const item of value) yield* claimsInFacts(item, key, depth + 1);
  for (const [name, item] of entriesOf(value)) yield* claimsInFacts(item, name, depth + 1);
  yield* usbClaims(key, value);
  if (typeof value !== 'string') return;
  if (wholeMac.test(value)) yield* macClaims(value);
  else if (addressKey.test(key)) yield* addressClaims(value);
  else if (/tftp.*(?:dir|directory|root|path|prefix)$/i.test(key)) yield tftpClaim(value);
}

const macPattern = String.raw`[\dA-Fa-f]{2}(?:[:-][\dA-Fa-f]{2}){5}`;
const wholeMac = new RegExp(`^${macPattern}$`);
const anyMac = new RegExp(String.raw`(?<![\dA-Fa-f:-])${macPattern}(?![\dA-Fa-f:-])`, 'g');

function macClaims(mac: string): Claim[] {
  const id = mac.toLowerCase().replaceAll('-', ':');
  if (/^(?:00|ff)(?::(?:00|ff)){5}$/.test(id)) return [];
  // The second lowest bit of the first byte: somebody chose the address, and each network may have its own.
  const isChosen = (parseInt(id.slice(0, 2), 16) & 2) !== 0;
  return [{ kind: 'MAC address', id, area: isChosen ? 'site' : 'lab' }];
}

/** @param address a host name counts too */
function addressClaims(address: string, port = ''): Claim[] {
  const host = address.toLowerCase();
  if (!/^[\w.:-]*[a-z\d]$/.test(host)) return [];
  const area = areaOfHost(host);
  // The worker itself is not a board.
  if (area === 'worker') return [];
  const id = port === '' || port === '22' ? host : `${host}:${port}`;
  return [{ kind: 'network address', id, area }];
}

/** Addresses in boot commands. A virtual machine whose network is its own may have any. */
function* addressesInText(text: string): Generator<Claim> {
  const isVirtual = /\bmac(?:addr)?=/.test(text) && !/\btap\b|\bbridge\b|\bbr=/.test(text);
  if (!isVirtual) for (const [mac] of text.matchAll(anyMac)) yield* macClaims(mac);
  for (const [, ip = ''] of text.matchAll(/\bip=(\d{1,3}(?:\.\d{1,3}){3}):/g)) yield* addressClaims(ip);
}

/** A board that is reached by ssh. */
function sshClaims(actions: unknown): Claim[] {
  const ssh = valueAt(actions, 'deploy', 'methods', 'ssh');
  const [host, port] = [valueAt(ssh, 'host'), valueAt(ssh, 'port')];
  if (typeof host !== 'string' || host === '') return [];
  return addressClaims(host, typeof port === 'number' || typeof port === 'string' ? String(port) : '');
}

function entriesOf(value: unknown): (readonly [string, unknown])[] {
  return [...(dictOf(value) ?? [])].flatMap(([key, item]) =>
    typeof key === 'string' ? [[key, item] as const] : [],
  );
}
