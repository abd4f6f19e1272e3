/**
 * Reads lab-config/allowed-signers, which has the format of git's `gpg.ssh.allowedSignersFile` (ssh-keygen(1), "ALLOWED
 * SIGNERS"). Certificate authorities are not supported: every signer is listed with a key.
 */

/** A key that may sign revisions, and when. */
export interface AllowedSigner {
  /** As in the file: names or patterns, separated by commas. */
  readonly principals: string;
  /** `ssh-ed25519`, for example. */
  readonly type: string;
  /** The key in base64. */
  readonly key: string;
  /** Milliseconds since 1970; null: no limit. */
  readonly validAfter: number | null;
  readonly validBefore: number | null;
}

/** A line that cannot be used. */
interface SignerProblem {
  /** Where in the text. */
  readonly index: number;
  readonly message: string;
  readonly hint: string;
}

export interface ReadAllowedSigners {
  readonly signers: readonly AllowedSigner[];
  readonly problems: readonly SignerProblem[];
}

const keyTypes: readonly string[] = [
  'ssh-ed25519',
  'sk-ssh-ed25519@openssh.com',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'ssh-rsa',
];

const example = 'Write for example: anna@example.org ssh-ed25519 AAAA...';

/** Every line is read, also after one that cannot be used. */
export function readAllowedSigners(text: string): ReadAllowedSigners {
  const signers: AllowedSigner[] = [];
  const problems: SignerProblem[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const read = readLine(line);
    if (read !== null && 'message' in read) problems.push({ ...read, index: start + read.index });
    else if (read !== null) signers.push(read);
    start += line.length + 1;
  }
  return { signers, problems };
}

/** @returns null for a line without a signer */
function readLine(line: string): AllowedSigner | SignerProblem | null {
  const [principals, first, ...rest] = wordsOf(line);
  if (principals === undefined || principals.text.startsWith('#')) return null;
  const end = { index: line.trimEnd().length, text: '' };
  if (first === undefined) return problem(end, 'the line has no key', example);
  const hasOptions = !keyTypes.includes(first.text);
  const [type = end, key = end] = hasOptions ? rest : [first, ...rest];
  if (hasOptions && !keyTypes.includes(type.text)) {
    const isOption = /^(?:cert-authority|namespaces=|valid-(?:after|before)=)/i.test(first.text);
    const wrong = isOption ? type : first;
    const what = wrong.text === '' ? 'the line has no key' : `"${shorten(wrong.text)}" is not a type of key`;
    return problem(wrong, what, `Use one of ${keyTypes.join(', ')}.`);
  }
  const options = hasOptions ? readOptions(first) : {};
  if ('message' in options) return options;
  if (typeOfKey(key.text) !== type.text) {
    const what = key.text === '' ? 'the line has no key' : `this is not a key of the type ${type.text}`;
    return problem(key, what, 'Copy the whole line of the public key, such as ~/.ssh/id_ed25519.pub.');
  }
  const { validAfter = null, validBefore = null } = options;
  return {
    principals: unquoted(principals.text),
    type: type.text,
    key: key.text,
    validAfter,
    validBefore,
  };
}

/** Whether a signer may sign at a time. */
export function isValidAt({ validAfter, validBefore }: AllowedSigner, timeMs: number): boolean {
  return (validAfter === null || timeMs >= validAfter) && (validBefore === null || timeMs < validBefore);
}

interface Word {
  readonly index: number;
  readonly text: string;
}

/** Words are separated by blanks that are not in quotes. */
function wordsOf(line: string): Word[] {
  return [...line.matchAll(/(?:"[^"]*"?|[^\s"])+/g)].map(({ index, 0: text }) => ({ index, text }));
}

interface Options {
  readonly validAfter?: number;
  readonly validBefore?: number;
}

function readOptions(word: Word): Options | SignerProblem {
  let options: Options = {};
  for (const { index, 0: text } of word.text.matchAll(/(?:"[^"]*"?|[^,"])+/g)) {
    const at = { index: word.index + index, text };
    const [, name = text, value = ''] = /^([\w-]+)=(.*)$/.exec(text) ?? [];
    const time = timeOf(unquoted(value));
    switch (name.toLowerCase()) {
      case 'namespaces':
        if (
          !unquoted(value)
            .split(',')
            .some((one) => one === 'git' || one === '*')
        ) {
          return problem(
            at,
            'this key may not sign commits',
            'Add git to its namespaces, or remove the line.',
          );
        }
        break;
      case 'valid-after':
      case 'valid-before':
        if (time === null) {
          const hint = 'Write YYYYMMDD or YYYYMMDDHHMM, in UTC.';
          return problem(at, `"${shorten(unquoted(value))}" is not a time`, hint);
        }
        options = { ...options, [name.toLowerCase() === 'valid-after' ? 'validAfter' : 'validBefore']: time };
        break;
      case 'cert-authority':
        return problem(at, 'certificate authorities are not supported', 'List the key of each signer.');
      default:
        return problem(
          at,
          `there is no option "${shorten(name)}"`,
          'Use namespaces, valid-after and valid-before.',
        );
    }
  }
  return options;
}

/** `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, in UTC with or without `Z`: the same on every machine. */
function timeOf(text: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z?$/.exec(text);
  if (match === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const digits = new Date(time).toISOString().replaceAll(/\D/g, '');
  return digits.startsWith(text.replace('Z', '')) ? time : null;
}

/** The type that a key itself names; undefined if it is not a key. */
function typeOfKey(base64: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < 4) return undefined;
  const length = bytes.readUInt32BE(0);
  return bytes.length > 4 + length ? bytes.toString('latin1', 4, 4 + length) : undefined;
}

function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function problem({ index }: Word, message: string, hint: string): SignerProblem {
  return { index, message, hint };
}
