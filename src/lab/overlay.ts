import { UsageError } from '../diagnostics/index.js';
import { isName } from './names.js';
import type { FileMap } from './snapshot.js';

/**
 * Returns the lab with a local, uncommitted layer on top. A layer may contain only public certificates of workers.
 * @throws UsageError when it contains anything else
 */
export function overlay(files: FileMap, layer: FileMap): FileMap {
  const merged = new Map(files);
  for (const [path, file] of layer) {
    const [top, worker = '', base, more] = path.split('/');
    if (top !== 'workers' || base !== 'certificate.key' || more !== undefined || !isName(worker)) {
      throw new UsageError(
        `the local layer must not contain ${JSON.stringify(path)}`,
        'Put only workers/<hostname>/certificate.key into the local layer; commit everything else.',
      );
    }
    if (file.type !== 'file') {
      throw new UsageError(
        `${JSON.stringify(path)} in the local layer is not a regular file`,
        'Put the certificate itself there.',
      );
    }
    merged.set(path, file);
  }
  return new Map([...merged].sort(([a], [b]) => (a < b ? -1 : 1)));
}
