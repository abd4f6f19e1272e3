import { isTimeZone } from '../../calendar/index.js';
import { formatYamlProblem, parseYaml } from '../../pyyaml/index.js';
import { parseCertificate } from '../../wire/index.js';

/** Checks of the content of a string. Each returns the problem, or null. */
export const contentChecks = { plain, yaml, certificate, timeZone } as const satisfies Readonly<
  Record<string, (text: string) => string | null>
>;

/** PostgreSQL cannot store NUL. */
function plain(text: string): string | null {
  return text.includes('\0') ? 'contains a NUL character' : null;
}

/** A worker's files are sent to its dispatcher unchanged; one that is not YAML would make every job fail. */
function yaml(text: string): string | null {
  const parsed = parseYaml(text);
  return plain(text) ?? (parsed.ok ? null : `is not YAML: ${formatYamlProblem(parsed.problem)}`);
}

/** By this process: the clocks of another zone are unknown to it. */
function timeZone(text: string): string | null {
  return isTimeZone(text) ? null : 'is not a time zone that this master knows';
}

function certificate(text: string): string | null {
  const { publicKey, secretKey } = parseCertificate(text);
  if (secretKey !== null || /^\s*secret-key/m.test(text)) return 'contains a SECRET key; use the .key file';
  return publicKey === null ? 'does not contain a public-key of 40 characters' : null;
}
