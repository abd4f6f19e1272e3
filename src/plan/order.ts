import { objectKinds, type Change, type Verb } from '../model/index.js';

/**
 * The order of an apply: what others need comes first when it is made and last when it goes, so templates, device
 * types, health checks, workers, devices for what is written, and the reverse for what is retired or deleted. Within
 * a kind by name. Entries that write nothing follow at the end.
 */
export function sortChanges(changes: readonly Change[]): Change[] {
  return [...changes].sort(
    (a, b) =>
      phaseOf(a.verb) - phaseOf(b.verb) ||
      rankOf(a) - rankOf(b) ||
      compareText(a.object.name, b.object.name) ||
      compareText(a.verb, b.verb) ||
      compareText(a.hold ?? '', b.hold ?? '') ||
      compareText(a.fields[0]?.field ?? '', b.fields[0]?.field ?? ''),
  );
}

function phaseOf(verb: Verb): number {
  switch (verb) {
    case 'create':
    case 'update':
    case 'adopt':
      return 0;
    case 'retire':
    case 'delete':
      return 1;
    case 'keep':
    case 'report':
      return 2;
  }
}

function rankOf(change: Change): number {
  const rank = objectKinds.indexOf(change.object.kind);
  return phaseOf(change.verb) === 1 ? -rank : rank;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
