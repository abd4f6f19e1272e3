import type { UndefinedUse } from '../jinja/index.js';
import type { Template } from '../templates/index.js';
import type { ReportedError } from './report.js';

/**
 * Values by file, from one load to the next. A value that a load neither asks for nor makes is dropped when the next
 * one begins, so it holds no more than two labs.
 */
export class Kept<V> {
  #before = new Map<string, V>();
  #now = new Map<string, V>();

  beginLoad(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  find(path: string, isCurrent: (value: V) => boolean): V | undefined {
    const value = this.#now.get(path) ?? this.#before.get(path);
    if (value === undefined || !isCurrent(value)) return undefined;
    this.#now.set(path, value);
    return value;
  }

  keep(path: string, value: V): void {
    this.#now.set(path, value);
  }

  /** What the last load asked for or made. */
  current(): ReadonlyMap<string, V> {
    return this.#now;
  }
}

/** What a dictionary rendered to, and all that went into it: while that is the same, so is the outcome. */
export interface KeptRendering {
  /** By the name that the dictionary and its templates asked for; undefined: there was none. */
  readonly parts: readonly { readonly name: string; readonly template: Template | undefined }[];
  /** What it is rendered with besides: the type of the device. */
  readonly deviceType: string | null;
  /** null: a device configuration. */
  readonly problem: ReportedError | null;
  /** Where files of the lab print variables that nothing defines. */
  readonly undefinedUses: readonly (UndefinedUse & { readonly name: string })[];
}
