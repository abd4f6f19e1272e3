/** The commands, options and links in README and docs exist, so they cannot become outdated. */
import { Command } from 'commander';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

import { registerCommands } from '../../../src/cli/commands/index.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

let program: Command;
beforeAll(() => {
  program = new Command('lavaflow');
  registerCommands(program);
});

/** `lavaflow plan --rev HEAD` of fenced blocks and of `code`, without the name of the program. */
function commandsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const code = [...text.matchAll(/^```[a-z]*\n(.*?)^```/gms), ...text.matchAll(/`([^`\n]+)`/g)];
  return code.flatMap(([, block = '']) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .flatMap((line) => [
        ...line.replace(/\s#\s.*$/, '').matchAll(/(?:^|[\s;&|(])(?:npx )?lavaflow ((?!-)[^&|;'"]+)/g),
      ])
      .map(([, command = '']) => command.trim()),
  );
}

function findCommand(names: readonly string[]): { command: Command | undefined; rest: readonly string[] } {
  let [command, rest]: [Command | undefined, readonly string[]] = [program, names];
  while (command !== undefined && command.commands.length > 0) {
    const [name] = rest;
    command = command.commands.find((one) => one.name() === name);
    rest = rest.slice(1);
  }
  return { command, rest };
}

describe.each(pages)('%s', (page) => {
  it('shows only commands and options that exist', () => {
    const wrong = commandsOf(page).filter((line) => {
      if (line.startsWith('COMMAND') || line === '...') return false;
      const words = line.split(/\s+/);
      // `lavaflow board ...`: any of them.
      if (words[1] === '...') return program.commands.every((one) => one.name() !== words[0]);
      const { command, rest } = findCommand(words);
      if (command === undefined) return true;
      const options = rest.flatMap((word) => /^-[-\w]+/.exec(word.replace(/^\[/, ''))?.[0] ?? []);
      return !options.every((option) => option === '--help' || hasOption(command, option));
    });
    expect(wrong).toEqual([]);
  });
});

describe('links', () => {
  it.each([...pages, 'docs/decisions/README.md'])('of %s lead to files', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });

  it.each(['docs', 'docs/decisions'])('in %s/README.md lead to every page of it', (directory) => {
    const text = readFileSync(join(root, directory, 'README.md'), 'utf8');
    const names = readdirSync(join(root, directory)).filter(
      (name) => /\.md$/.test(name) && name !== 'README.md',
    );
    expect(names.filter((name) => !text.includes(`(${name})`))).toEqual([]);
  });
});

function hasOption(command: Command, name: string): boolean {
  return command.options.some(({ long, short }) => long === name || short === name);
}

describe('docs/command-line.md', () => {
  it('lists every command and subcommand', () => {
    const text = readFileSync(join(root, 'docs/command-line.md'), 'utf8');
    const rows = [...text.matchAll(/^\| (.*?) +\|/gm)].map(([, cell = '']) => cell).join('\n');
    const words = program.commands.flatMap((one) => [one.name(), ...one.commands.map((part) => part.name())]);
    expect(words.filter((word) => !new RegExp(`\\b${word}\\b`).test(rows))).toEqual([]);
  });
});

describe('every command', () => {
  it('describes itself and its options in the same style', () => {
    const all = program.commands.flatMap((one) => [one, ...one.commands]);
    const texts = all.flatMap((one) => [
      one.description(),
      ...one.options.map(({ description }) => description),
    ]);
    // Lower case and no full stop: a line in a list, not a sentence.
    expect(texts.filter((text) => text === '' || /^[A-Z][a-z]/.test(text) || text.endsWith('.'))).toEqual([]);
    const named = all.flatMap(({ options }) => options.filter(({ long }) => long === undefined));
    expect(named).toEqual([]);
  });
});
