import { Option, type Command } from 'commander';
import { resolve } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';

export interface LabOptions {
  readonly lab: string;
  readonly format: string;
}

/** `--lab DIR`, for every command that reads a lab. */
export function addLabOption(command: Command): Command {
  return command.option(
    '--lab <DIR>',
    "the lab's directory",
    (directory: string) => resolve(directory),
    currentDirectory(),
  );
}

/** `--lab DIR` and `--format`, for commands that also print a result. */
export function addLabOptions(command: Command, formats: readonly string[] = ['text', 'json']): Command {
  return addLabOption(command).addOption(
    new Option('--format <FORMAT>', 'the output format').choices(formats).default('text'),
  );
}

/** @throws UsageError when it was removed */
function currentDirectory(): string {
  try {
    return process.cwd();
  } catch {
    throw new UsageError('the current directory no longer exists', 'Change to a directory that exists.');
  }
}

/** `--rev REV` for commands that can also read the working tree. */
export function addRevisionOption(command: Command): Command {
  return command.option('--rev <REV>', 'use this committed revision (default: the working tree)');
}

/**
 * Parses an address in an option.
 * @throws UsageError
 */
export function parseHostPort(text: string): { host: string; port: number } {
  const match = /^(?<host>\[[^\]]+\]|[^:]+):(?<port>\d+)$/.exec(text);
  const port = Number(match?.groups?.['port']);
  const host = match?.groups?.['host']?.replaceAll(/^\[|\]$/g, '');
  if (host === undefined || port > 65_535) {
    throw new UsageError(
      `${text} is not HOST:PORT`,
      'Use for example 127.0.0.1:8020; port 0 picks any free port.',
    );
  }
  return { host, port };
}

/**
 * Parses a port in an option.
 * @throws UsageError
 */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`${text} is not a port`, 'Specify a number from 0 to 65535; 0 picks any free port.');
}
