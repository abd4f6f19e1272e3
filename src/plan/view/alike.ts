import type { Change } from '../../model/index.js';

/** This many changes with the same reason get a line each. */
const fewest = 5;
const mostNames = 10;

/**
 * Groups changes that one line can describe: many objects of a kind that are kept, or reported without a field, for the
 * same reason, for example because a list of the master cannot be read. All others stay alone. Ordered by the first of
 * each group.
 */
export function groupAlike(changes: readonly Change[]): (readonly Change[])[] {
  const groups = new Map<string, Change[]>();
  for (const [index, change] of changes.entries()) {
    const id = likenessOf(change) ?? String(index);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [change]);
    else group.push(change);
  }
  return [...groups.values()].flatMap((group) =>
    group.length > fewest ? [group] : group.map((change) => [change]),
  );
}

/** The subject of such a group: `device/board-1`, or `40 devices: board-1, board-2, ... and 30 more`. */
export function describeAlike(group: readonly Pick<Change, 'key'>[]): {
  readonly what: string;
  readonly names: string | null;
} {
  const [first] = group;
  if (first === undefined || group.length === 1) return { what: first?.key ?? '', names: null };
  const kind = kindOf(first);
  const names = group.slice(0, mostNames).map(({ key }) => key.slice(kind.length + 1));
  const more = group.length - names.length;
  return {
    what: `${group.length} ${kind.replace('-', ' ')}s`,
    names: `${names.join(', ')}${more === 0 ? '' : ` and ${more} more`}`,
  };
}

function likenessOf(change: Change): string | null {
  const { verb, reason, fields } = change;
  const isAlike = verb === 'keep' || (verb === 'report' && fields.length === 0);
  if (!isAlike || reason === undefined) return null;
  return JSON.stringify([verb, kindOf(change), reason, fields.map(({ field }) => field)]);
}

function kindOf({ key }: Pick<Change, 'key'>): string {
  return key.slice(0, key.indexOf('/'));
}
