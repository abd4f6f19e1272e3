import { domainToASCII } from 'node:url';

const atom = "[-!#$%&'*+/=?^_`{}|~0-9a-z]+";
const user = new RegExp(`^${atom}(?:\\.${atom})*$`, 'i');
// eslint-disable-next-line no-control-regex -- all characters that a quoted local part may have
const quotedUser = /^"(?:[\x01-\x08\x0b\x0c\x0e-\x1f!#-[\]-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*"$/i;
const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{1,62}[a-z0-9]$/i;

/** Whether LAVA accepts an address for notifications. It uses Django's `validate_email`. */
export function isEmailAddress(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 320) return false;
  const at = value.lastIndexOf('@');
  const [local, host] = [value.slice(0, at), value.slice(at + 1)];
  if (at === -1 || !(user.test(local) || quotedUser.test(local))) return false;
  return host === 'localhost' || isDomain(host) || isDomain(domainToASCII(host));
}

function isDomain(host: string): boolean {
  return domain.test(host) || isAddressLiteral(host);
}

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const ipv4 = new RegExp(`^\\[${octet}(?:\\.${octet}){3}\\]$`);

/** An IP address in brackets. */
function isAddressLiteral(host: string): boolean {
  return ipv4.test(host) || (/^\[[a-f0-9:.]+\]$/i.test(host) && URL.canParse(`http://${host}/`));
}
