import type { ClaimArea } from './claim.js';

const number = String.raw`\d{1,3}`;
const address = new RegExp(String.raw`^${number}(?:\.${number}){3}$`);
/** The worker itself, or a container on it. */
const onWorker =
  /^(?:localhost|.*\.localhost|localhost\.localdomain|ip6-localhost|127\..*|0\.0\.0\.0|::1?|172\.17\..*|.*\.docker\.internal|ser2net|conserver)$/;
/** Addresses that each site may use for something else (RFC 1918, 3927, 6598, 4193). */
const privateAddress =
  /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
const privateDomain = /\.(?:local|lan|internal|intranet|corp|home|localdomain|home\.arpa)$/;

/** Where a host name or address means the same host. A short name is resolved by the network of a site. */
export function areaOfHost(host: string): ClaimArea {
  const name = host.toLowerCase().replaceAll(/^\[|\]$|\.$/g, '');
  if (onWorker.test(name)) return 'worker';
  if (address.test(name)) return privateAddress.test(name) ? 'site' : 'lab';
  if (name.includes(':')) return /^f[c-e]/.test(name) ? 'site' : 'lab';
  return name.includes('.') && !privateDomain.test(name) ? 'lab' : 'site';
}

/** An option whose value is a host: `--hostname`, `--daemon`, `-H`. */
const hostOption = /^--?(?:H|(?:[a-z-]*-)?(?:host|hostname|daemon|server|address|addr|ip|agent|remote|pdu))$/;
const fileEnding = /\.(?:sh|py|pl|rb|js|exe|conf|cfg|ini|json|ya?ml|txt|bin|img|key|pem)$/i;

/** The area of a command with these arguments. It runs on the worker, and may act on a host that it names. */
export function areaOfArguments(words: readonly string[]): ClaimArea {
  const areas = new Set(words.flatMap((word, index) => hostIn(word, words[index - 1])).map(areaOfHost));
  return areas.has('lab') ? 'lab' : areas.has('worker') || !areas.has('site') ? 'worker' : 'site';
}

function hostIn(word: string, before = ''): string[] {
  const [, name = before, value = word] = /^(--[a-z-]+)=(.*)$/.exec(word) ?? [];
  const url = /^[a-z][a-z+.-]*:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/?#]+)/i.exec(value)?.[1];
  if (url !== undefined) return [url];
  if (value.startsWith('-') || value.startsWith('/')) return [];
  const host = value.replace(/^[\w.-]+@/, '').replace(/:\d+$/, '');
  if (hostOption.test(name) || host !== value.replace(/:\d+$/, '') || address.test(host)) return [host];
  return /^(?:[a-z\d-]+\.)+[a-z]{2,}$/i.test(host) && !fileEnding.test(host) ? [host] : [];
}
