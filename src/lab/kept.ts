import type { UndefinedUse } from '../jinja/index.js';
import type { Template } from '../templates/index.js';
import type { ReleaseNumber } from '../model/index.js';
import type { Claim } from './hardware/claim.js';
import type { RenderedProblem } from './rendering/rendered-problem.js';

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

export interface ParsedText {
  readonly text: string;
  readonly release: ReleaseNumber;
}

/** The result of rendering a dictionary, and all of its inputs. While these are the same, so is the result. */
export interface KeptRendering {
  /** By the name that the dictionary and its templates requested; undefined: the template did not exist. */
  readonly parts: readonly { readonly name: string; readonly template: Template | undefined }[];
  /** The other input: the type of the device. */
  readonly deviceType: string | null;
  /** The releases for which it was rendered and checked, sorted. */
  readonly releases: readonly ReleaseNumber[];
  /** What is wrong with the configuration; empty if it is a device configuration that LAVA accepts. */
  readonly problems: readonly RenderedProblem[];
  /** The places where files of the lab print undefined variables. */
  readonly undefinedUses: readonly (UndefinedUse & { readonly name: string })[];
  /** The hardware that the configuration names. */
  readonly claims: readonly Claim[];
}
