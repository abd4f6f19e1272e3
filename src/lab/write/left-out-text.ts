import { formatFindings, printable } from '../../diagnostics/index.js';
import type { LeftOut } from './left-out.js';

/** Fewer items with the same reason get a line each. */
const fewest = 5;
const mostNames = 10;
const mostProblems = 3;

/**
 * Human-readable lines: what was left out, why, where its text is, and what to do. Many items of a kind with the same
 * reason share their lines.
 */
export function describeLeftOut(leftOut: readonly LeftOut[]): string[] {
  const groups = new Map<string, LeftOut[]>();
  for (const one of leftOut) {
    const codes = one.problems?.map(({ code }) => code);
    const group = JSON.stringify([one.key.slice(0, one.key.indexOf('/')), one.field, one.why, codes]);
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) =>
    group.length < fewest ? group.flatMap(describeOne) : describeMany(group),
  );
}

function describeOne({ key, field, why, file, entries, problems }: LeftOut): string[] {
  const kept = file === undefined ? '' : `; stored in ${file}`;
  const blamed = entries === undefined ? '' : `: ${entries.slice(0, mostNames).join(', ')}`;
  const line = printable(`${key}${field === null ? '' : ` (${field})`}: ${why}${blamed}${kept}`);
  return [line, ...describeProblems(problems)];
}

function describeMany(group: readonly LeftOut[]): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { key, field, why, problems } = first;
  const kind = key.slice(0, key.indexOf('/'));
  const names = group.slice(0, mostNames).map((one) => one.key.slice(kind.length + 1));
  const more = group.length > names.length ? ` and ${group.length - names.length} more` : '';
  const line = printable(
    `${group.length} of ${kind}${field === null ? '' : ` (${field})`}: ${why}: ${names.join(', ')}${more}`,
  );
  return [line, ...describeProblems(problems)];
}

function describeProblems(problems: LeftOut['problems'] = []): string[] {
  const shown = problems.slice(0, mostProblems);
  const more = problems.length - shown.length;
  return [
    ...formatFindings(shown, 'text').trimEnd().split('\n'),
    ...(more === 0 ? [] : [`and ${more} more problems`]),
  ].flatMap((line) => (line === '' ? [] : [`  ${line}`]));
}

/** A README for the directory of the texts, with a code block, in which text from the master cannot act as Markdown. */
export function leftOutText(leftOut: readonly LeftOut[], from: 'master' | 'directories' = 'master'): string {
  const [title, what] = {
    master: [
      'Not imported',
      `These parts of the master are not in this lab. They are unchanged on the master, and lavaflow leaves them alone.`,
    ],
    directories: [
      'Not converted',
      `These parts of LAVA's directories are not in this lab. The directories were only read.`,
    ],
  }[from];
  const lines = leftOut.flatMap(describeOne).map((line) => `    ${line}\n`);
  return `# ${title}

${what}

Correct the texts that are stored here, and move them to their place in the lab: \`not-imported/device-types/x.jinja2\` belongs to
\`device-types/x.jinja2\`. \`lavaflow validate\` then checks them. lavaflow does not read this directory.

${lines.join('')}`;
}
