import type { UndefinedUse } from '../../jinja/index.js';
import { type Chain, type ChainFacts, contextVariables } from '../../templates/index.js';
import { guessVariable } from '../names.js';
import type { Report } from '../report.js';

/** A variable that is not defined anywhere, and that a file of the lab prints for a device. */
export interface UndefinedPrint {
  readonly device: string;
  readonly file: string;
  readonly chain: Chain;
  readonly use: UndefinedUse & { readonly name: string };
}

/** If there are more than this, the cause is not a spelling mistake. */
const mostGuesses = 100;

/** Warns about each place that prints an undefined variable, once, with the affected devices. */
export function reportUndefined(prints: readonly UndefinedPrint[], facts: ChainFacts, report: Report): void {
  const byPlace = new Map<string, [UndefinedPrint, ...UndefinedPrint[]]>();
  for (const print of prints) {
    const { file, line, column, name } = print.use;
    if (contextVariables.has(name)) continue;
    const key = JSON.stringify([file, line, column, name]);
    const group = byPlace.get(key);
    if (group === undefined) byPlace.set(key, [print]);
    else group.push(print);
  }
  let guesses = 0;
  for (const [first, ...others] of byPlace.values()) {
    const { file, line, column, name, hint } = first.use;
    if (report.isFull(file)) continue;
    const devices = others.length === 0 ? first.device : `${first.device} and ${others.length} more`;
    report.warn(
      'undefined-name',
      { file, line, column },
      `"${name}" is not defined, so this is empty for ${devices}`,
      hint === undefined || ++guesses > mostGuesses ? hint : hintFor(name, hint, first, facts),
    );
  }
}

function hintFor(name: string, advice: string, { file, chain }: UndefinedPrint, facts: ChainFacts): string {
  const sets = [facts.of(file), ...facts.partsOf(file, chain)].flatMap((one) => one?.sets ?? []);
  return guessVariable(name, new Set([...sets.map((set) => set.name), ...contextVariables]), advice);
}
