import type { Command } from 'commander';

import { UsageError } from '../../diagnostics/index.js';
import { objectKinds, type ObjectKey } from '../../model/index.js';
import type { Consents, Selection } from '../../plan/index.js';

export interface ConsentOptions {
  readonly adopt?: readonly string[];
  readonly allowDelete?: readonly string[];
  readonly force?: string;
}

export function addConsentOptions(command: Command): Command {
  return command
    .option(
      '--adopt <KEY...>',
      'manage these objects, which lavaflow did not create: KIND/NAME, all, or synced (those of `manage sync`)',
    )
    .option(
      '--allow-delete <KEY...>',
      'allow deleting these objects (KIND/NAME, or all) when they are no longer in the lab',
    );
}

/** `--force REASON`, for commands that apply. */
export function addForceOption(command: Command): Command {
  return command.option(
    '--force <REASON>',
    'pass a safety limit, and restore contested drift; the reason is recorded',
  );
}

/** @throws UsageError for anything that is not the key of an object, and for an empty reason */
export function consentsOf(options: ConsentOptions): Consents {
  if (options.force?.trim() === '') throw new UsageError('--force requires a reason, which is recorded');
  return {
    adopt: selectionOf(options.adopt?.filter((word) => word !== 'synced')),
    ...(options.adopt?.includes('synced') === true ? { adoptSynced: true } : {}),
    allowDelete: selectionOf(options.allowDelete),
    force: options.force ?? null,
  };
}

function selectionOf(words: readonly string[] | undefined): Selection {
  if (words === undefined) return 'none';
  if (words.includes('all')) return 'all';
  return new Set(words.map(parseKey));
}

function parseKey(word: string): ObjectKey {
  const kind = objectKinds.find((one) => word.startsWith(`${one}/`) && word.length > one.length + 1);
  if (kind === undefined) {
    throw new UsageError(
      `${word} is not the key of an object`,
      `Specify KIND/NAME, with KIND one of: ${objectKinds.join(', ')}.`,
    );
  }
  return word as ObjectKey;
}
