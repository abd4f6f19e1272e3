import { readFileSync } from 'node:fs';
import type { OracleCase, Outcome } from './jinja-oracle.js';

/** Templates that each show one behavior of Jinja2, with the result of CPython's Jinja2. */
export interface Behaviour {
  readonly area: string;
  readonly example: OracleCase;
  readonly expected: Outcome;
}

/** Relative to the project root, where npm runs everything: a compiled copy of this file is in another directory. */
const FOLDER = 'test/fixtures/jinja';

const CONTEXT = { seq: [{ a: 1, b: [{ a: 2 }, { a: 3, b: [{ a: 4 }] }] }, { a: 5 }] };

interface Row {
  readonly area: string;
  readonly templates: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly error?: string;
}

/** Behaviors of Jinja2 itself. */
export function readBehaviours(): Behaviour[] {
  return read('behaviours.json');
}

/** Behaviors of the filters that LAVA adds, which no other engine has. */
export function readLavaFilters(): Behaviour[] {
  return read('lava-filters.json');
}

function read(file: string): Behaviour[] {
  const rows = JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as Row[];
  return rows.map(({ area, templates, text, error }) => ({
    area,
    example: { templates, name: 'main', context: CONTEXT },
    expected: text === undefined ? { error: error ?? '', message: '' } : { text },
  }));
}
