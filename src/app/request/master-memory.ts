/**
 * Remembers between commands what masters reported (`KnownMaster`). A cache in the lab's state directory: without it, a
 * master is asked first. What it contains is confirmed by the master before it counts.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { KnownMaster, MasterMemory } from '../../lava/index.js';
import { readCache, writeCache, type StateDirectory } from '../state/index.js';

/** More than the groups of any master need. */
const maxBytes = 1024 * 1024;

export function openMasterMemory(state: StateDirectory): MasterMemory {
  const fileOf = (url: string): string =>
    join(state.root, 'cache', 'masters', createHash('sha256').update(url).digest('hex').slice(0, 32));
  return {
    async recall(url) {
      const bytes = await readCache(fileOf(url), maxBytes);
      return bytes === null ? null : knownIn(bytes.toString('utf8'));
    },
    async remember(url, known) {
      await writeCache(state, fileOf(url), JSON.stringify(known));
    },
  };
}

function knownIn(text: string): KnownMaster | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { release, user, groups } = value as Partial<Record<keyof KnownMaster, unknown>>;
  const isKnown = typeof release === 'string' && typeof user === 'string' && isNames(groups);
  return isKnown ? { release, user, groups } : null;
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
