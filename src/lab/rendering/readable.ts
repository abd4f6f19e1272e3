import type { FindingCode } from '../codes.js';
import type { Report } from '../report.js';

/** Errors of a dictionary or template that do not concern what it renders to. */
const elsewhere: ReadonlySet<string> = new Set<FindingCode>([
  'private-key-in-lab',
  'secret-key-in-lab',
  'worker-unknown',
  'device-type-unknown',
  'dictionary-without-sync',
  'dictionary-without-device-type',
  'dictionary-without-worker',
  'sync-value-computed',
  'sync-wrong-value',
  'sync-twice',
  'comma-missing',
  'ignored-but-said',
  'template-shadows-shipped',
]);

/** Whether the errors of these files leave their text as it was meant, so that other findings about it are right. */
export function isReadable(files: Iterable<string>, report: Report): boolean {
  return report.codesOf(files).every((code) => elsewhere.has(code));
}
