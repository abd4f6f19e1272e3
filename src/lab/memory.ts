import { Kept, type KeptRendering, type ParsedText } from './kept.js';
import { Proven, type LabProofs } from './proofs.js';
import { readTemplateFacts, type Namespace, type TemplateFacts } from '../templates/index.js';

/** What successive loads of a lab need not do twice. */
export interface LabMemory {
  /** Texts of files whose bytes have no findings. */
  readonly texts: Kept<{ readonly content: Uint8Array; readonly text: string }>;
  readonly facts: Kept<{ readonly text: string; readonly facts: TemplateFacts }>;
  /** Texts of templates that parse, and the release whose filters they may use. */
  readonly parsed: Kept<ParsedText>;
  readonly renderings: Kept<KeptRendering>;
  /** From an earlier process. */
  readonly proven: Proven;
}

export function createMemory(proofs?: LabProofs): LabMemory {
  return {
    texts: new Kept(),
    facts: new Kept(),
    parsed: new Kept(),
    renderings: new Kept(),
    proven: new Proven(proofs),
  };
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
