import { formatYamlProblem, parseYaml } from '../../pyyaml/index.js';
import { parseCertificate } from '../../wire/index.js';

/** Each returns the problem of a text, or null. */
export const contentChecks = { plain, yaml, certificate } as const satisfies Readonly<
  Record<string, (text: string) => string | null>
>;

/** PostgreSQL stores no NUL. */
function plain(text: string): string | null {
  return text.includes('\0') ? 'has a NUL character' : null;
}

/** A worker's files go to its dispatcher unchanged; one that is not YAML would fail every job. */
function yaml(text: string): string | null {
  const parsed = parseYaml(text);
  return plain(text) ?? (parsed.ok ? null : `is not YAML: ${formatYamlProblem(parsed.problem)}`);
}

function certificate(text: string): string | null {
  const { publicKey, secretKey } = parseCertificate(text);
  if (secretKey !== null || /^\s*secret-key/m.test(text)) return 'holds a SECRET key: give the .key file';
  return publicKey === null ? 'has no public-key of 40 characters' : null;
}
