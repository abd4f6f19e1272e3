import { wellFormed } from './escape.js';

/** The replacement of a secret. */
const mask = '[secret]';

/**
 * Removes secrets from a text, longest first, including percent-encoded ones. Secrets shorter than four characters are
 * not removed, because they would match everywhere.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    forms.add(secret);
    forms.add(encodeURIComponent(wellFormed(secret)));
    forms.add(JSON.stringify(secret).slice(1, -1));
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((redacted, secret) => redacted.replaceAll(secret, mask), text);
}
