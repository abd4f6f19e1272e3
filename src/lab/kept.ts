import type { UndefinedUse } from '../jinja/index.js';
import type { Template } from '../templates/index.js';
import type { ReportedError } from './report.js';

/**
 * Values by file, shared between loads. A value that a load neither reads nor creates is dropped when the next load
 * starts, so it contains at most the values of two labs.
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

  /** What the last load read or created. */
  current(): ReadonlyMap<string, V> {
    return this.#now;
  }
}

/** The result of rendering a dictionary, and all of its inputs. While these are the same, so is the result. */
export interface KeptRendering {
  /** By the name that the dictionary and its templates requested; undefined: the template did not exist. */
  readonly parts: readonly { readonly name: string; readonly template: Template | undefined }[];
  /** The other input: the type of the device. */
  readonly deviceType: string | null;
  /** null: it rendered to a device configuration. */
  readonly problem: ReportedError | null;
  /** The places where files of the lab print undefined variables. */
  readonly undefinedUses: readonly (UndefinedUse & { readonly name: string })[];
}
