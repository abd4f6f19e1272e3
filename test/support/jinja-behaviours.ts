import { readFileSync } from 'node:fs';
import type { OracleCase, Outcome } from './jinja-oracle.js';

/** Templates that each show one behaviour of Jinja2, with what CPython's Jinja2 makes of them. */
export interface Behaviour {
  readonly area: string;
  readonly example: OracleCase;
  readonly expected: Outcome;
}

/** From the root of the project, where npm runs everything: a compiled copy of this file lies elsewhere. */
const FOLDER = 'test/fixtures/jinja';

const CONTEXT = { seq: [{ a: 1, b: [{ a: 2 }, { a: 3, b: [{ a: 4 }] }] }, { a: 5 }] };

interface Row {
  readonly area: string;
  readonly templates: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly error?: string;
}

/** Of Jinja2 itself. */
export function readBehaviours(): Behaviour[] {
  return read('behaviours.json');
}

/** Of the filters that LAVA adds, which no other engine has. */
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
