import { redact } from '../diagnostics/index.js';

const mask = '[secret]';

/** Words that name a secret. `password_prompt` and the like name what a board prints. */
const name = String.raw`[\w.-]*(?:passw(?:or)?d|passphrase|secret|token|api[-_]?key|private[-_]?key|credentials?|community)(?![\w.-]*prompt)[\w.-]*`;
/** A quoted text, or one up to the next blank or bracket; not a Jinja2 or shell variable, which says nothing. */
const value = String.raw`(?!\{\{|\$)(?:"[^"\n]+"|'[^'\n]+'|[^\s"',;}\])]+)`;

/**
 * Where secrets stand in dictionaries, templates and environments: `password: x`, `set token = 'x'`, `TOKEN=x`,
 * `--password x`, `snmpset -c x`, `ipmitool -P x`, `sshpass -p x`, `curl -u user:x`, `https://user:x@host`,
 * `Authorization: Bearer x`. The first group stays, the rest is masked.
 */
const patterns: readonly RegExp[] = [
  new RegExp(
    String.raw`(\b(?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)\s+)[^\s"']+`,
    'gi',
  ),
  new RegExp(String.raw`((?<![\w.-])${name}["']?\s*[:=]\s*)${value}`, 'gi'),
  new RegExp(String.raw`((?<![\w-])--?${name}\s+)(?!-)${value}`, 'gi'),
  new RegExp(String.raw`((?<=\bsnmp\w+\b[^\n]*)\s-[cAX]\s*)${value}`, 'g'),
  new RegExp(String.raw`((?<=\bipmi\w+\b[^\n]*)\s-P\s*)${value}`, 'g'),
  new RegExp(String.raw`(\bsshpass\s+-p\s*)${value}`, 'g'),
  new RegExp(String.raw`(\bcurl\b[^\n]*?\s(?:-u|--user)\s*["']?[^\s:"']+:)[^\s"']+`, 'g'),
  /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/@"']+(?=@)/gi,
];

/**
 * Takes out of one line what looks like a secret, and all `secrets`. A plan is printed into logs and public
 * comments; a lab should have no secrets in it, but what leaves through a power command is often one.
 */
export function maskSecrets(line: string, secrets: readonly string[] = []): string {
  const masked = patterns.reduce(
    (text, pattern) => text.replaceAll(pattern, (_match, kept: string) => `${kept}${mask}`),
    line,
  );
  return redact(masked, secrets);
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
