export { all, any, listOf } from './combine.js';
export { dictOf, mapping, record, required, valueAt, type Keys, type RequiredKey } from './mapping.js';
export { perRelease, type ReleaseGate } from './release.js';
export { saying, step, toProblems, withUnknown, type Fault, type Schema, type Trail } from './schema.js';
export {
  anyList,
  anyMapping,
  anything,
  bool,
  describeValue,
  exactly,
  integer,
  lengthOf,
  matching,
  noneOf,
  nothing,
  numberFrom,
  numberOf,
  oneOf,
  text,
  textOfLength,
  valueOf,
} from './values.js';
