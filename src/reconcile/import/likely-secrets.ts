import { saysSecret } from '../../diagnostics/index.js';
import type { FileMap, LeftOut } from '../../lab/index.js';
import { keyOf, type ObservedMaster } from '../../model/index.js';
import { isShippedText } from '../../templates/index.js';

/** A line of a lab that looks like it contains a secret. */
export interface LikelySecret {
  readonly path: string;
  readonly line: number;
}

/** Worker files without which a board still works: those with secrets are left on the master. */
const workerTexts = ['env', 'envDut', 'dispatcherConfig'] as const;

/** Worker files that seem to contain a secret: a committed secret is no longer secret. */
export function secretWorkerFiles(observed: ObservedMaster): LeftOut[] {
  return [...observed.objects.values()].flatMap((object) => {
    if (object.kind !== 'worker') return [];
    return workerTexts.flatMap((field): LeftOut[] => {
      const lines = linesWithSecret(object.fields[field] ?? '');
      if (lines.length === 0) return [];
      const why = `it seems to contain a secret in line ${lines.slice(0, 5).join(', ')}, and was not stored`;
      return [{ key: keyOf(object), field, why }];
    });
  });
}

/** Other likely secrets: dictionaries and templates are useless without their values. */
export function likelySecrets(files: FileMap): LikelySecret[] {
  return [...files].flatMap(([path, file]) => {
    if (file.type !== 'file' || !/^(?:not-imported\/)?(?:device-|workers|upstream\/)/.test(path)) return [];
    const text = new TextDecoder().decode(file.content);
    const [, shipped] = /^upstream\/(.*)\.jinja2$/.exec(path) ?? [];
    if (shipped !== undefined && isShippedText(shipped, text)) return [];
    return linesWithSecret(text).map((line) => ({ path, line }));
  });
}

function linesWithSecret(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (saysSecret(line) ? [index + 1] : []));
}
