import type { Change } from '../../model/index.js';
import { templateNameOf, type ReferenceReader } from '../../templates/index.js';

/**
 * The number of changed templates below each changed template, in the old or the new state: 0 for a base. Keys are
 * names without `.jinja2`. Templates that use each other have any depth.
 */
export function depthsOf(changes: readonly Change[], read: ReferenceReader): ReadonlyMap<string, number> {
  const uses = new Map<string, readonly string[]>();
  for (const { object, fields } of changes) {
    if (object.kind !== 'template') continue;
    const texts = [object.fields.text, ...fields.map(({ before }) => before)];
    const names = texts.flatMap((text) => (typeof text === 'string' ? namesIn(text, read) : []));
    uses.set(object.name, [...new Set([...names, ...(uses.get(object.name) ?? [])])]);
  }
  const depths = new Map<string, number>();
  // Uses an explicit stack, because a hostile lab can nest templates to any depth.
  for (const [start, names] of uses) {
    const stack = [{ name: start, names, next: 0 }];
    const open = new Set([start]);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const name = depths.has(top.name) ? undefined : top.names[top.next++];
      if (name === undefined) {
        if (!depths.has(top.name)) depths.set(top.name, heightOver(top.names, depths));
        open.delete(top.name);
        stack.pop();
      } else if (uses.has(name) && !depths.has(name) && !open.has(name)) {
        open.add(name);
        stack.push({ name, names: uses.get(name) ?? [], next: 0 });
      }
    }
  }
  return depths;
}

function heightOver(names: readonly string[], depths: ReadonlyMap<string, number>): number {
  return names.reduce((height, name) => Math.max(height, (depths.get(name) ?? -1) + 1), 0);
}

function namesIn(text: string, read: ReferenceReader): string[] {
  return read(text).all.map((name) => templateNameOf(name));
}
