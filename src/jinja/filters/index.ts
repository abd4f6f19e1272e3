import { isTrue } from '../values/truth.js';
import { Undefined } from '../values/undefined.js';
import { escape, htmlFilters } from './html.js';
import { jsonFilters } from './json.js';
import { lavaFilterNames, lavaFilters } from './lava.js';
import { numberFilters } from './number.js';
import { pprintFilters } from './pprint.js';
import { filter, filters, type Filter } from './registry.js';
import { selectFilters } from './select.js';
import { sequenceFilters } from './sequence.js';
import { textFilters } from './text.js';
import { urlizeFilters } from './urlize.js';

const fallback: Filter = filter('default', 'value default_value? boolean?', (args) => {
  const [value = null, otherwise = '', boolean = false] = args;
  return value instanceof Undefined || (isTrue(boolean) && !isTrue(value)) ? otherwise : value;
});

const all: readonly (readonly [string, Filter])[] = [
  ['default', fallback],
  ['d', fallback],
  ...textFilters(escape),
  ...sequenceFilters,
  ...selectFilters,
  ...numberFilters,
  ...htmlFilters,
  ...urlizeFilters,
  ...jsonFilters,
  ...pprintFilters,
  ...lavaFilters,
];
for (const [name, apply] of all) filters.set(name, apply);

export { filters, lavaFilterNames };
