import { redact } from '../../diagnostics/index.js';

const mask = '[secret]';

/**
 * Words that name a secret. `password_prompt` and the like name what a board prints. Everything that repeats has a
 * bound: what a line is made of is up to who writes it, and so would be the time that it takes.
 */
const name = String.raw`[\w.-]{0,40}(?:passw(?:or)?d|passphrase|secret|token|api[-_]?key|private[-_]?key|credentials?|community)(?![\w.-]{0,40}prompt)[\w.-]{0,40}`;
/** A quoted text, or one up to the next blank or bracket; not a Jinja2 or shell variable, which says nothing. */
const value = String.raw`(?!\{\{|\$)(?:"[^"\n]+"|'[^'\n]+'|[^\s"',;}\])]+)`;

/** Blanks, and what else a command says, between a word and the secret. */
const gap = String.raw`\s{0,20}`;
const rest = String.raw`[^\n]{0,500}`;

/**
 * Where secrets stand in dictionaries, templates and environments: `password: x`, `set token = 'x'`, `TOKEN=x`,
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
  new RegExp(String.raw`((?<=\bsnmp\w{1,20}\b${rest})\s-[cAX]${gap})${value}`, 'g'),
  new RegExp(String.raw`((?<=\bipmi\w{1,20}\b${rest})\s-P${gap})${value}`, 'g'),
  new RegExp(String.raw`(\bsshpass\s${gap}-p${gap})${value}`, 'g'),
  new RegExp(String.raw`(\bcurl\b${rest}?\s(?:-u|--user)${gap}["']?[^\s:"']{1,100}:)[^\s"']+`, 'g'),
  /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"']{0,100}:)[^\s/@"']{1,800}(?=@)/gi,
];

/** A line of more characters is shown as far as that; secrets are looked for a little further, to be seen whole. */
const shownCharacters = 2000;
const readCharacters = 4000;
const longestSecret = 1000;

/**
 * Takes out of one line what looks like a secret, and all `secrets`. A plan is printed into logs and public
 * comments; a lab should have no secrets in it, but what leaves through a power command is often one. A long line is
 * cut.
 */
export function maskSecrets(line: string, secrets: readonly string[] = []): string {
  const redacted = redact(line, secrets);
  const masked = patterns.reduce(
    (text, pattern) => text.replaceAll(pattern, (_match, kept: string) => `${kept}${mask}`),
    redacted.slice(0, readCharacters),
  );
  if (redacted.length <= shownCharacters) return masked;
  // What was read last may be the first half of a secret.
  const isCut = redacted.length > readCharacters;
  const end = Math.min(shownCharacters, isCut ? masked.length - longestSecret : masked.length);
  const shown = masked.slice(0, Math.max(0, end)).replace(/[\uD800-\uDBFF]$/, '');
  return `${shown}… ${redacted.length - shownCharacters} more characters`;
}

/** Whether one line holds what looks like a secret; of a long one, the beginning is looked at. */
export function saysSecret(line: string): boolean {
  const read = line.slice(0, shownCharacters);
  return maskSecrets(read) !== read;
}

/** As `maskSecrets`, and the lines of a private key as well. */
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
