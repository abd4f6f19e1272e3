import type { Behaviour } from './jinja-behaviours.js';

/** The subject of a row in the comparison (docs/jinja-compared.md). */
export interface Feature {
  readonly group: string;
  readonly name: string;
}

type Rule = readonly [RegExp, string];

/** The first filter, test or method in a template determines its subject. */
const FILTERS: readonly Rule[] = [
  [
    /^(upper|lower|title|capitalize|trim|center|indent|replace|truncate|wordwrap|wordcount|format|string)$/,
    'text',
  ],
  [/^(e|escape|forceescape|safe|striptags|urlencode|urlize|xmlattr)$/, 'HTML and URLs'],
  [/^(abs|int|float|round|filesizeformat)$/, 'numbers'],
  [/^(batch|slice|first|last|list|length|count|reverse|join|items|dictsort)$/, 'lists and dicts'],
  [/^(sort|unique|groupby|min|max|sum)$/, '`sort`, `unique`, `groupby`, `min`, `max`, `sum`'],
  [/^(map|select|reject|selectattr|rejectattr|attr)$/, '`map`, `select`, `reject`, `attr`'],
  [/^(tojson|pprint)$/, '`tojson`, `pprint`'],
  [/^(default|d)$/, '`default`'],
];
const TESTS: readonly Rule[] = [
  [/^(odd|even|divisibleby)$/, 'numbers'],
  [/^(eq|equalto|ne|gt|greaterthan|ge|lt|lessthan|le|in|sameas)$/, 'comparisons, `in`, `sameas`'],
  [/^(filter|test|nope)$/, 'names of filters and tests'],
  [/./, 'types, `defined`, `none`, `upper`, `lower`'],
];
const METHODS: readonly Rule[] = [
  [/^(format|format_map)$/, '`str.format`'],
  [/^(split|rsplit|splitlines|partition|rpartition|join)$/, 'splitting and joining text'],
  [/^(find|rfind|index|count|startswith|endswith|replace)$/, 'searching text and lists'],
  [/^(center|ljust|rjust|zfill|expandtabs|l?strip|rstrip|remove(pre|suf)fix)$/, 'padding and stripping text'],
  [/^(upper|lower|title|capitalize|swapcase|casefold)$/, 'case of text'],
  [/^is/, '`str.is...`'],
  [/^(append|insert|extend|remove|reverse|sort|clear)$/, 'lists'],
  [/^(get|pop|popitem|items|keys|values|copy|update|setdefault|fromkeys)$/, 'dicts'],
];

/** By the area of the row, then by the content of its templates. */
const AREAS: Readonly<Record<string, { readonly group: string; readonly rules: readonly Rule[] }>> = {
  whitespace: {
    group: 'Text',
    rules: [
      [/raw/, '`raw`'],
      [/\{#/, 'comments'],
      [/./, 'white space, `trim_blocks`'],
    ],
  },
  literals: { group: 'Expressions', rules: [[/./, 'literals']] },
  subscripts: { group: 'Expressions', rules: [[/./, 'subscripts and slices']] },
  operators: {
    group: 'Expressions',
    rules: [
      [/foo|\{\}\.x|\[\]\.x/, 'undefined values'],
      [/["']\s*%|%["']/, '`text % values`'],
      [/ if /, 'inline `if`'],
      [/[<>]|==|\b(in|and|or|not|is)\b/, 'comparison, logic, `in`, `is`'],
      [/./, 'arithmetic, `~`'],
    ],
  },
  constants: { group: 'Expressions', rules: [[/./, 'constants, folded when the template is compiled']] },
  calls: {
    group: 'Expressions',
    rules: [
      [/namespace|ns\./, '`namespace`'],
      [/cycler|joiner/, '`cycler`, `joiner`'],
      [/./, 'calls, `range`, `dict`'],
    ],
  },
  if: { group: 'Statements', rules: [[/./, '`if`']] },
  for: {
    group: 'Statements',
    rules: [
      [/recursive|loop\(/, 'recursive `for`'],
      [/loop/, '`loop`'],
      [/./, '`for`'],
    ],
  },
  set: { group: 'Statements', rules: [[/./, '`set`']] },
  with: { group: 'Statements', rules: [[/./, '`with`']] },
  macros: {
    group: 'Statements',
    rules: [
      [/call/, '`call`, `caller`'],
      [/./, '`macro`'],
    ],
  },
  filterblock: { group: 'Statements', rules: [[/./, '`filter` blocks, `print`, `autoescape`']] },
  print: { group: 'Statements', rules: [[/./, '`filter` blocks, `print`, `autoescape`']] },
  autoescape: { group: 'Statements', rules: [[/./, '`filter` blocks, `print`, `autoescape`']] },
  templates: {
    group: 'Templates',
    rules: [
      [/import/, '`import`, `from`'],
      [/include/, '`include`'],
      [/super|self/, '`super()`, `self`'],
      [/required|scoped/, 'required and scoped blocks'],
      [/./, '`extends`, `block`'],
    ],
  },
  errors: { group: 'Errors', rules: [[/./, 'syntax errors']] },
  'found by the generator': { group: 'Corner cases', rules: [[/./, 'found by generated templates']] },
};

/** The order in which a page lists them. */
export const GROUPS = [
  'Text',
  'Expressions',
  'Statements',
  'Templates',
  'Filters',
  'Tests',
  'Methods',
  'Errors',
  'Corner cases',
] as const;

export function featureOf({ area, example }: Behaviour): Feature {
  const text = Object.values(example.templates).join('\n');
  if (area === 'filters') return { group: 'Filters', name: byFirst(/\|\s*(\w+)/, text, FILTERS, 'others') };
  if (area === 'tests')
    return { group: 'Tests', name: byFirst(/\bis (?:not )?(\w+)/, text, TESTS, 'others') };
  if (area === 'methods') {
    if (text.includes('__')) return { group: 'Methods', name: 'attributes that the sandbox hides' };
    return { group: 'Methods', name: byFirst(/\.(\w+)\(/, text, METHODS, 'others, and of numbers') };
  }
  const found = AREAS[area];
  const rule = found?.rules.find(([pattern]) => pattern.test(text));
  if (found === undefined || rule === undefined) throw new Error(`no feature for a behaviour of '${area}'`);
  return { group: found.group, name: rule[1] };
}

function byFirst(find: RegExp, text: string, rules: readonly Rule[], otherwise: string): string {
  const name = find.exec(text)?.[1] ?? '';
  return rules.find(([pattern]) => pattern.test(name))?.[1] ?? otherwise;
}
