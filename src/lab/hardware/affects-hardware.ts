import { isLabPath, meaningOf } from '../files/paths.js';

const kinds: ReadonlySet<string> = new Set([
  'dictionary',
  'device',
  'template',
  'worker',
  'site',
  'lab',
  'master',
]);

/** Whether a change of this file may change which hardware a device uses. */
export function affectsHardware(path: string): boolean {
  return isLabPath(path) && kinds.has(meaningOf(path).kind);
}
