import {
  fileNameOf,
  readByLava,
  type Chain,
  type ChainFacts,
  type SetVariable,
} from '../../templates/index.js';
import { guessVariable } from '../names.js';
import { isReadable } from './readable.js';
import { placeAt } from '../place.js';
import type { RenderWork } from './render-work.js';
import type { Report } from '../report.js';

/** A name that more dictionaries than this set without effect is not a typing error. It is reported once. */
const mostSlips = 20;
const mostGuesses = 100;

interface Unused extends SetVariable {
  readonly path: string;
  readonly text: string;
  readonly chain: Chain;
}

/**
 * Warns about variables that a dictionary sets and no template of its chain reads. Usually they are misspelled, and the
 * device lacks its power or console command. Reports nothing if a template's name is computed, if a template has
 * errors, or if other dictionaries extend this one.
 */
export function reportUnusedVariables(work: RenderWork, facts: ChainFacts, report: Report): void {
  const byName = new Map<string, Unused[]>();
  for (const unused of findUnused(work, facts, report)) {
    const others = byName.get(unused.name);
    if (others === undefined) byName.set(unused.name, [unused]);
    else others.push(unused);
  }
  let guesses = 0;
  for (const group of byName.values()) {
    const shown = group.length > mostSlips ? group.slice(0, 1) : group;
    const more = group.length - shown.length;
    for (const unused of shown) {
      const { name, path, text, at } = unused;
      if (report.isFull(path)) continue;
      const message = `no template of this dictionary reads "${name}"`;
      report.warn(
        'unused-variable',
        placeAt(path, text, at),
        more === 0 ? message : `${message}; ${more} more dictionaries set it as well`,
        ++guesses > mostGuesses ? advice : hintFor(unused, facts),
      );
    }
  }
}

function* findUnused(work: RenderWork, facts: ChainFacts, report: Report): Generator<Unused> {
  const named = new Set<string | null>();
  for (const { references } of facts.all()) for (const { name } of references) named.add(name);
  const broken = new Map<Uint32Array, boolean>();
  // When a template of the chain is fixed, it may read the variable again.
  const isBroken = ({ bits, files }: Chain): boolean => {
    const known = broken.get(bits) ?? !isReadable(files, report);
    broken.set(bits, known);
    return known;
  };
  for (const [device, { path, text }] of work.tree.dictionaries) {
    const chain = work.chains.get(path);
    const own = facts.of(path);
    if (text === null || chain === undefined || own === undefined) continue;
    if (chain.isPartial || named.has(fileNameOf(device)) || !isReadable([path], report)) continue;
    const sets = own.sets.filter(({ name }) => !readByLava.has(name) && !own.reads.has(name));
    if (sets.length === 0 || own.references.some(({ name }) => name === null)) continue;
    if (facts.hasUnknownParts(path, chain)) continue;
    for (const { name, at } of sets) {
      if (!facts.isRead(name, path, chain) && !isBroken(chain)) yield { name, at, path, text, chain };
    }
  }
}

const advice = 'Remove it, or check which name the templates read.';

function hintFor({ name, path, chain }: Unused, facts: ChainFacts): string {
  const read = new Set(facts.partsOf(path, chain).flatMap(({ reads }) => [...reads]));
  return guessVariable(
    name,
    [...read].filter((word) => !keywords.has(word)),
    advice,
  );
}

const keywords: ReadonlySet<string> = new Set(
  `and block call context default defined elif else endblock endcall endfilter endfor endif endmacro endset endwith
  extends filter for from if ignore import in include is join length loop macro missing none not or raw set super true
  false with without`.split(/\s+/),
);
