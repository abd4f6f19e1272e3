import type { Finding } from '../../diagnostics/index.js';
import type { LoadedLab } from '../load-lab.js';

/**
 * Why a lab does not accept a file: the errors in it, or else those elsewhere that block it. (Many equal ones are reported
 * once, at the first file.)
 */
export function errorsOf(path: string, { findings, broken }: LoadedLab): readonly Finding[] {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const own = errors.filter(({ place }) => place.file === path);
  if (own.length > 0) return own;
  const codes = broken.get(path) ?? [];
  return codes.flatMap((code) => errors.find((error) => error.code === code) ?? []);
}
