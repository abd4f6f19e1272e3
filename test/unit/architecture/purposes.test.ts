/** Each room states its purpose where people enter it: at the start of its index.ts and of the file that bears its name. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';

const src = join(import.meta.dirname, '../../../src');
// The command line is a program: nothing imports it, so it has no index.ts. Each noun of app is entered on its own.
const rooms = readdirSync(src)
  .filter((name) => name !== 'cli')
  .flatMap((name) =>
    name === 'app' ? readdirSync(join(src, name)).map((noun) => `${name}/${noun}`) : [name],
  );

const entrances = rooms.flatMap((room) =>
  [join(room, 'index.ts'), join(room, `${basename(room)}.ts`)].filter(
    (file) => file.endsWith('index.ts') || existsSync(join(src, file)),
  ),
);

it.each(entrances)('%s starts with the purpose of its room', (file) => {
  expect(purposeIn(join(src, file))).not.toBeNull();
});

/** The text of the comment with which a file starts; null when it starts otherwise, or the comment hardly says anything. */
function purposeIn(file: string): string | null {
  const match = /^\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n/.exec(readFileSync(file, 'utf8'));
  const text = (match?.[1] ?? '').replace(/^\s*\* ?/gm, ' ').trim();
  return text.length >= 20 ? text : null;
}
