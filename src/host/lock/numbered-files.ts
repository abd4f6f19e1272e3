/**
 * The files of a lock: `BASE.lock.1`, `BASE.lock.2`... The highest number is the current one.
 *
 * To acquire a free or stale lock number n, a process creates file n+1. Exactly one process can do that (link(2)): the
 * file appears with its complete content, or not at all. No process deletes a lock to take it over, so a slow process
 * cannot delete a new lock by mistake. The number is a fencing token: an owner that finds a higher one has lost the lock.
 *
 * The highest file is never removed, not even to release the lock: its owner replaces its content instead. Otherwise
 * the numbers would start again, and a process that had looked earlier could create one of them a second time.
 *
 * These functions throw the errors of the operating system.
 */
import { readdirSync } from 'node:fs';
import { link, readdir, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { hasCode } from '../errno.js';
import { writeTemporary } from '../files/durable-file.js';

/** Old numbers are kept for a while, because another machine may still see an old state of a shared directory. */
const keptNumbers = 16;

/** No lock gets that far, unless somebody creates its file. */
const highestPossible = 999_999_999_999_999;

export function numbered(base: string, number: number): string {
  return `${base}.lock.${number}`;
}

/** 0 if this lock has no files. */
export async function highestNumber(base: string): Promise<number> {
  return Math.max(0, ...(await numbersOf(base)));
}

/** Synchronous `highestNumber`: nothing else runs between the check and the code that follows it. */
export function highestNumberSync(base: string): number {
  return Math.max(0, ...numbersIn(base, readdirSync(dirname(base))));
}

/**
 * Creates the file of a number, and removes files of old numbers.
 * @returns true if this process created it, and it is the highest
 * @throws Error with the code EEXIST if no number is left
 */
export async function makeNumber(base: string, number: number, text: string): Promise<boolean> {
  if (number > highestPossible) throw noneLeft(numbered(base, highestPossible));
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

function noneLeft(path: string): Error {
  const message = `the lock cannot be acquired: ${path} has the highest possible number`;
  return Object.assign(new Error(message), { code: 'EEXIST', syscall: 'link', path });
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
