import type { LabTree } from '../files/tree.js';
import { factsOf, type LabMemory } from '../memory.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';
import { isSlip, type JoinedTexts, type Literal } from '../../templates/index.js';

const hint = 'Write a comma between the two strings, or one string if they belong together.';

/**
 * Reports strings that follow each other without a comma, so that Jinja2 joins them: in `sync_to_lava` always, elsewhere
 * where the result is not what anybody wrote. A missing comma that Jinja2 rejects is reported as a syntax error.
 */
export function reportMissingCommas(tree: LabTree, memory: LabMemory, report: Report): void {
  for (const files of [tree.dictionaries, tree.templates]) {
    for (const { path, text } of files.values()) {
      if (text === null) continue;
      const { joined, sync } = factsOf(memory, path, text);
      for (const one of joined) {
        if (report.isFull(path)) break;
        // Reported as a syntax error.
        if (one.isKey) continue;
        if (isInside(one, sync))
          report.error('comma-missing', placeAt(path, text, one.at), describe(one), hint);
        else if (isSlip(one)) report.warn('comma-missing', placeAt(path, text, one.at), describe(one), hint);
      }
    }
  }
}

function isInside({ at, end }: JoinedTexts, sync: Literal | null): boolean {
  return sync?.type === 'dict' && at > sync.start && end < sync.end;
}

function describe({ first, second }: JoinedTexts): string {
  return `a comma is missing here: Jinja2 joins the two strings to "${shortened(first)}${shortened(second)}"`;
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 30 ? `…${line.slice(-30)}` : line;
}
