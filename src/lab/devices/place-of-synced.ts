import type { Place } from '../../diagnostics/index.js';
import { placeAt } from '../place.js';
import type { LabDevice } from './read-dictionaries.js';
import type { LabTree } from '../files/tree.js';

/** The place of a name in a dictionary: in quotes, after sync_to_lava. */
export function placeOfSynced(tree: LabTree, device: Pick<LabDevice, 'name' | 'file'>, name: string): Place {
  const text = tree.dictionaries.get(device.name)?.text ?? '';
  const sync = Math.max(0, text.indexOf('sync_to_lava'));
  const places = [`"${name}"`, `'${name}'`]
    .map((quoted) => text.indexOf(quoted, sync))
    .filter((at) => at >= 0);
  return placeAt(device.file, text, places.length === 0 ? sync : Math.min(...places));
}
