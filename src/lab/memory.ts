import type { UndefinedUse } from '../jinja/index.js';
import type { ReportedError } from './report.js';
import { readTemplateFacts, type Namespace, type Template, type TemplateFacts } from '../templates/index.js';

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

/** What loads of a lab, one after the other, need not do twice. */
export interface LabMemory {
  /** Texts of files about whose bytes there is nothing to say. */
  readonly texts: Kept<{ readonly content: Uint8Array; readonly text: string }>;
  readonly facts: Kept<{ readonly text: string; readonly facts: TemplateFacts }>;
  /** Texts of templates that parse. */
  readonly parsed: Kept<string>;
  readonly renderings: Kept<KeptRendering>;
}

export function createMemory(): LabMemory {
  return { texts: new Kept(), facts: new Kept(), parsed: new Kept(), renderings: new Kept() };
}

/** Facts of a template or dictionary. */
export function factsOf(memory: LabMemory, path: string, text: string): TemplateFacts {
  const known = memory.facts.find(path, (kept) => kept.text === text);
  if (known !== undefined) return known.facts;
  const facts = readTemplateFacts(text);
  memory.facts.keep(path, { text, facts });
  return facts;
}

/** Facts of every template and dictionary that could be read, by path. */
export function allFactsOf(memory: LabMemory, namespace: Namespace): Map<string, TemplateFacts> {
  const facts = new Map<string, TemplateFacts>();
  for (const { path, text } of namespace.values()) {
    if (text !== null) facts.set(path, factsOf(memory, path, text));
  }
  return facts;
}
