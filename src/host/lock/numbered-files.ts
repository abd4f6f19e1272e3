/**
 * The files of a lock: `BASE.lock.1`, `BASE.lock.2`... The highest number is the current one.
 *
 * Taking a free or stale lock number n means making file n+1, which exactly one process can do (link(2)): it appears
 * with its whole content, or not at all. Nobody deletes a lock to take it over, so a slow process cannot delete a new
 * one by mistake. The number is a fencing token: an owner that finds a higher one has lost the lock.
 *
 * The highest file is never removed, not even to release the lock: its owner replaces its content then. Otherwise the
 * numbers would start again, and a process that had looked before could make one of them a second time.
 *
 * These functions throw the system's errors.
 */
import { readdirSync } from 'node:fs';
import { link, readdir, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { hasCode } from '../errno.js';
import { writeTemporary } from '../files/durable-file.js';

/** Old numbers are kept for a while: a directory on another machine may still be shown as it was. */
const keptNumbers = 16;

export function numbered(base: string, number: number): string {
  return `${base}.lock.${number}`;
}

/** 0 when there is no file of this lock. */
export async function highestNumber(base: string): Promise<number> {
  return Math.max(0, ...(await numbersOf(base)));
}

/** `highestNumber` with nothing between the look and what follows it. */
export function highestNumberSync(base: string): number {
  return Math.max(0, ...numbersIn(base, readdirSync(dirname(base))));
}

/**
 * Makes a number, and removes those that are long gone.
 * @returns true when this process made it, and it is the highest
 */
export async function makeNumber(base: string, number: number, text: string): Promise<boolean> {
  const file = numbered(base, number);
  const temporary = await writeTemporary(file, text);
  try {
    await link(temporary, file);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  if ((await highestNumber(base)) !== number) {
    await rm(file, { force: true });
    return false;
  }
  for (const old of await numbersOf(base))
    if (old <= number - keptNumbers) await rm(numbered(base, old), { force: true });
  return true;
}

async function numbersOf(base: string): Promise<number[]> {
  return numbersIn(base, await readdir(dirname(base)));
}

function numbersIn(base: string, names: readonly string[]): number[] {
  const prefix = `${basename(base)}.lock.`;
  return names
    .filter((name) => name.startsWith(prefix) && /^[1-9][0-9]{0,14}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
}
