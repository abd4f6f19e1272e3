import { redact } from './redact.js';

const mask = '[secret]';

/**
 * Words that name a secret. `password_prompt` and similar names describe what a board prints, and `TOKEN_FILE` where a secret
 * is. All repetitions are bounded, because the author of a line could otherwise choose how much time it costs.
 */
const name = String.raw`[\w.-]{0,40}(?:passw(?:or)?d|passphrase|secret|token|api[-_]?key|private[-_]?key|credentials?|community)(?![\w.-]{0,40}(?:prompt|[-_.](?:file|path|dir|directory)(?![\w.-])))[\w.-]{0,40}`;
/** A quoted text, or one up to the next space or bracket; not a Jinja2 or shell variable, which reveals nothing. */
const value = String.raw`(?!\{\{|\$)(?:"[^"\n]+"|'[^'\n]+'|[^\s"',;}\])]+)`;

/** White space, and other parts of a command, between a word and the secret. */
const gap = String.raw`\s{0,20}`;
const rest = String.raw`[^\n]{0,500}`;

/**
 * The places of secrets in dictionaries, templates and environments: `password: x`, `set token = 'x'`, `TOKEN=x`,
 * `--password x`, `snmpset -c x`, `ipmitool -P x`, `sshpass -p x`, `curl -u user:x`, `https://user:x@host`,
 * `Authorization: Bearer x`. The first group stays, the rest is masked.
 */
const patterns: readonly RegExp[] = [
  new RegExp(
    String.raw`(\b(?:proxy-)?authorization["']?${gap}[:=]${gap}["']?(?:basic|bearer|token)\s${gap})[^\s"']+`,
    'gi',
  ),
  new RegExp(String.raw`((?<![\w.-])${name}["']?${gap}[:=]${gap})${value}`, 'gi'),
  new RegExp(String.raw`((?<![\w-])--?${name}\s${gap})(?!-)${value}`, 'gi'),
  optionAfter(String.raw`\bsnmp\w{1,20}\b`, '[cAX]'),
  optionAfter(String.raw`\bipmi\w{1,20}\b`, 'P'),
  new RegExp(String.raw`(\bsshpass\s${gap}-p${gap})${value}`, 'g'),
  new RegExp(String.raw`(\bcurl\b${rest}?\s(?:-u|--user)${gap}["']?[^\s:"']{1,100}:)[^\s"']+`, 'g'),
  /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"']{0,100}:)[^\s/@"']{1,800}(?=@)/gi,
];

/** A short option with a secret, after a program. */
function optionAfter(program: string, letter: string): RegExp {
  const option = String.raw`\s-${letter}`;
  // Looks back only once there is an option. Before it, every character of a line would be a reason to look back.
  return new RegExp(String.raw`(${option}(?<=${program}${rest}${option})${gap})${value}`, 'g');
}

/**
 * A longer line is shown up to this length. Secrets are searched for a little further, so that they are found
 * completely.
 */
const shownCharacters = 2000;
const readCharacters = 4000;
const longestSecret = 1000;

/**
 * Masks everything in one line that looks like a secret, and all `secrets`. A plan is printed into logs and public
 * comments.
 * A lab should not contain secrets, but power commands often do. A long line is truncated.
 */
export function maskSecrets(line: string, secrets: readonly string[] = []): string {
  const redacted = redact(line, secrets);
  const masked = patterns.reduce(
    (text, pattern) => text.replaceAll(pattern, (_match, kept: string) => `${kept}${mask}`),
    redacted.slice(0, readCharacters),
  );
  if (redacted.length <= shownCharacters) return masked;
  // The last part read may be the first half of a secret.
  const isCut = redacted.length > readCharacters;
  const end = Math.min(shownCharacters, isCut ? masked.length - longestSecret : masked.length);
  const shown = masked.slice(0, Math.max(0, end)).replace(/[\uD800-\uDBFF]$/, '');
  return `${shown}… ${redacted.length - shownCharacters} more characters`;
}

/** Every line with a secret contains one of these. Most lines do not, and the other patterns take more time. */
const sign = /pass|secret|token|key|credential|community|authorization|snmp|ipmi|curl|:\/\//i;

/** Whether one line contains what looks like a secret. Only the beginning of a long line is examined. */
export function saysSecret(line: string): boolean {
  const read = line.slice(0, shownCharacters);
  if (!sign.test(read)) return false;
  return maskSecrets(read) !== read;
}

/** Same as `maskSecrets`, and masks the lines of a private key as well. */
export function maskLines(lines: readonly string[], secrets: readonly string[] = []): string[] {
  let isInKey = false;
  return lines.map((line) => {
    const begins = /-----BEGIN [A-Z ]*PRIVATE KEY/.test(line);
    if (/-----END /.test(line)) isInKey = false;
    else if (begins) isInKey = true;
    else if (isInKey) return `${line.slice(0, 1)}${mask}`;
    return maskSecrets(line, secrets);
  });
}
