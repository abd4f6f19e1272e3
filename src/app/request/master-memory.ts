/**
 * Remembers between commands what masters reported (`KnownMaster`). A cache in the lab's state directory: without it, a
 * master is asked first. What it contains is confirmed by the master before it counts.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, readRegular, replaceFile } from '../../host/index.js';
import type { KnownMaster, MasterMemory } from '../../lava/index.js';
import type { StateDirectory } from '../state/index.js';

/** More than the groups of any master need. */
const maxBytes = 1024 * 1024;

export function openMasterMemory(state: StateDirectory): MasterMemory {
  const fileOf = (url: string): string =>
    join(state.root, 'cache', 'masters', createHash('sha256').update(url).digest('hex').slice(0, 32));
  return {
    async recall(url) {
      const text = await readText(fileOf(url));
      return text === null ? null : knownIn(text);
    },
    async remember(url, known) {
      if (!existsSync(state.root)) return;
      try {
        const file = fileOf(url);
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await replaceFile(file, JSON.stringify(known), { durable: false });
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
      }
    },
  };
}

async function readText(file: string): Promise<string | null> {
  try {
    const { content } = await readRegular(file, ({ size }) => size <= maxBytes);
    return content?.toString('utf8') ?? null;
  } catch (error) {
    if (codeOf(error) !== undefined) return null;
    throw error;
  }
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
