import type { LabTree } from '../files/tree.js';
import { factsOf, type LabMemory } from '../memory.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';

/** Warns about keys that a mapping in a dictionary or template has twice. Jinja2 accepts them, so LAVA does as well. */
export function reportRepeatedKeys(tree: LabTree, memory: LabMemory, report: Report): void {
  for (const files of [tree.dictionaries, tree.templates]) {
    for (const { path, text } of files.values()) {
      if (text === null) continue;
      for (const { at, key } of factsOf(memory, path, text).repeatedKeys) {
        if (report.isFull(path)) break;
        report.warn(
          'key-repeated',
          placeAt(path, text, at),
          `this mapping has the key ${JSON.stringify(key)} already: only the last value counts`,
          'Remove one of them, or correct the name.',
        );
      }
    }
  }
}
