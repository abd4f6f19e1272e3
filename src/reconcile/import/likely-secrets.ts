import type { FileMap, LeftOut } from '../../lab/index.js';
import { keyOf, type ObservedMaster } from '../../model/index.js';
import { saysSecret } from '../../plan/index.js';

/** A line of a lab that looks as if it held a secret. */
export interface LikelySecret {
  readonly path: string;
  readonly line: number;
}

/** Files of a worker that a board needs no secret from: what they hold is left to the master. */
const workerTexts = ['env', 'envDut', 'dispatcherConfig'] as const;

/** Worker files that seem to hold a secret: what has once been committed is known. */
export function secretWorkerFiles(observed: ObservedMaster): LeftOut[] {
  return [...observed.objects.values()].flatMap((object) => {
    if (object.kind !== 'worker') return [];
    return workerTexts.flatMap((field): LeftOut[] => {
      const lines = linesWithSecret(object.fields[field] ?? '');
      if (lines.length === 0) return [];
      const why = `it seems to hold a secret in line ${lines.slice(0, 5).join(', ')}, and is kept nowhere`;
      return [{ key: keyOf(object), field, why }];
    });
  });
}

/** What else seems to be one: dictionaries and templates are of no use without what is in them. */
export function likelySecrets(files: FileMap): LikelySecret[] {
  return [...files].flatMap(([path, file]) => {
    if (file.type !== 'file' || !/^(?:not-imported\/)?(?:device-|workers)/.test(path)) return [];
    return linesWithSecret(new TextDecoder().decode(file.content)).map((line) => ({ path, line }));
  });
}

function linesWithSecret(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (saysSecret(line) ? [index + 1] : []));
}
