import fc from 'fast-check';
import type { Grammar } from './grammar.js';
import { of, pick } from './primitives.js';

/** Names of everything that accepts arguments, with its keywords. */
type Signatures = Readonly<Record<string, string>>;

const FILTERS: Signatures = {
  abs: '',
  attr: 'name',
  batch: 'linecount fill_with',
  capitalize: '',
  center: 'width',
  count: '',
  d: 'default_value boolean',
  default: 'default_value boolean',
  dictsort: 'case_sensitive by reverse',
  e: '',
  escape: '',
  filesizeformat: 'binary',
  first: '',
  float: 'default',
  forceescape: '',
  format: 'a',
  groupby: 'attribute default case_sensitive',
  indent: 'width first blank',
  int: 'default base',
  items: '',
  join: 'd attribute',
  last: '',
  length: '',
  list: '',
  lower: '',
  map: 'attribute default',
  max: 'case_sensitive attribute',
  min: 'case_sensitive attribute',
  pprint: '',
  qemu_guest_fs_interface: 'arch guestfs_interface',
  reject: '',
  rejectattr: '',
  replace: 'old new count',
  reverse: '',
  round: 'precision method',
  safe: '',
  select: '',
  selectattr: '',
  shlex_quote: 's',
  slice: 'slices fill_with',
  sort: 'reverse case_sensitive attribute',
  string: '',
  striptags: '',
  sum: 'attribute start',
  title: '',
  tojson: 'indent',
  trim: 'chars',
  truncate: 'length killwords end leeway',
  unique: 'case_sensitive attribute',
  upper: '',
  urlencode: '',
  urlize: 'trim_url_limit nofollow target rel extra_schemes',
  wordcount: '',
  wordwrap: 'width break_long_words wrapstring break_on_hyphens',
  xmlattr: 'autospace',
  yaml_quote: 'obj',
};

const METHODS: Signatures = {
  // str
  capitalize: '',
  casefold: '',
  center: '',
  count: '',
  endswith: '',
  expandtabs: 'tabsize',
  find: '',
  format: 'a b',
  format_map: '',
  index: '',
  isalnum: '',
  isalpha: '',
  isascii: '',
  isdecimal: '',
  isdigit: '',
  isidentifier: '',
  islower: '',
  isnumeric: '',
  isprintable: '',
  isspace: '',
  istitle: '',
  isupper: '',
  join: '',
  ljust: '',
  lower: '',
  lstrip: '',
  partition: '',
  removeprefix: '',
  removesuffix: '',
  replace: '',
  rfind: '',
  rindex: '',
  rjust: '',
  rpartition: '',
  rsplit: 'sep maxsplit',
  rstrip: '',
  split: 'sep maxsplit',
  splitlines: 'keepends',
  startswith: '',
  strip: '',
  swapcase: '',
  title: '',
  upper: '',
  zfill: '',
  // list and dict
  append: '',
  clear: '',
  copy: '',
  extend: '',
  insert: '',
  pop: '',
  remove: '',
  reverse: '',
  sort: 'reverse key',
  fromkeys: '',
  get: '',
  items: '',
  keys: '',
  popitem: '',
  setdefault: '',
  update: 'a b',
  values: '',
  // numbers
  as_integer_ratio: '',
  bit_count: '',
  bit_length: '',
  conjugate: '',
  hex: '',
  is_integer: '',
};

const TESTS: readonly string[] = [
  ...['odd', 'even', 'divisibleby', 'defined', 'undefined', 'filter', 'test', 'none', 'boolean', 'false'],
  ...['true', 'integer', 'float', 'lower', 'upper', 'string', 'mapping', 'number', 'sequence', 'iterable'],
  ...['callable', 'escaped', 'in', 'eq', 'equalto', 'ne', 'gt', 'greaterthan', 'ge', 'lt', 'lessthan', 'le'],
];

const word = pick(
  "'a'",
  "'b, '",
  "' '",
  "''",
  "'name'",
  "'age'",
  "'-'",
  "'l'",
  "'value'",
  "'ceil'",
  "'upper'",
);
const small = pick('0', '1', '2', '3', '5', '-1', '-2', '10', 'true', 'false', 'none', '2.5');

/** Calls of everything callable, with plausible positional and keyword arguments. */
export function calls({ depth, any, num, text, list, dict }: Grammar): fc.Arbitrary<string> {
  const argument = fc.oneof(
    depth,
    { weight: 5, arbitrary: word },
    { weight: 6, arbitrary: small },
    { weight: 1, arbitrary: text },
    { weight: 1, arbitrary: list },
    { weight: 1, arbitrary: any },
  );
  const subject = fc.oneof(
    depth,
    { weight: 4, arbitrary: text },
    { weight: 3, arbitrary: list },
    { weight: 2, arbitrary: dict },
    { weight: 1, arbitrary: num },
    { weight: 1, arbitrary: any },
  );
  const callOf = (signatures: Signatures) =>
    fc
      .tuple(
        fc.constantFrom(...Object.entries(signatures)),
        fc.array(argument, { maxLength: 3, size: 'small' }),
        fc.array(fc.tuple(fc.nat(), argument), { maxLength: 1 }),
        fc.integer({ min: 0, max: 3 }),
      )
      .map(([[name, keywords], places, named, bare]) => {
        const known = keywords === '' ? ['nope'] : keywords.split(' ');
        const parts = [
          ...places,
          ...named.map(([at, value]) => `${known[at % known.length] ?? ''}=${value}`),
        ];
        return { name, args: bare === 0 || (keywords === '' && bare === 1) ? '' : parts.join(', ') };
      });
  return fc.oneof(
    depth,
    fc.tuple(subject, callOf(FILTERS)).map(([on, { name, args }]) => `(${on})|${name}${args && `(${args})`}`),
    fc.tuple(subject, callOf(METHODS)).map(([on, { name, args }]) => `(${on}).${name}(${args})`),
    of(
      [subject, pick('', 'not '), pick(...TESTS), pick('', ' ', '('), argument],
      (on, not, test, open, arg) =>
        open === ''
          ? `(${on}) is ${not}${test}`
          : `(${on}) is ${not}${test}${open}${arg}${open === '(' ? ')' : ''}`,
    ),
    of(
      [
        list,
        pick('select', 'reject', 'map'),
        pick(...TESTS, ...Object.keys(FILTERS)),
        pick('', ', '),
        argument,
      ],
      (on, filter, name, comma, arg) => `(${on})|${filter}('${name}'${comma && `${comma}${arg}`})|list`,
    ),
    of(
      [
        pick('selectattr', 'rejectattr'),
        pick('name', 'age', 'tags', 'tags.0', '0', 'nope'),
        pick(...TESTS),
        argument,
      ],
      (filter, attribute, test, arg) => `rows|${filter}('${attribute}', '${test}', ${arg})|list`,
    ),
    of([pick('range', 'dict', 'cycler', 'joiner', 'namespace'), argument, argument], (name, a, b) =>
      name === 'range' ? `range(${a}, ${b})|list` : `${name}(${a}, a=${b})`,
    ),
  );
}
