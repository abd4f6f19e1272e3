export { all, any, listOf } from './combine.js';
export { dictOf, mapping, record, required, valueAt, type Keys, type RequiredKey } from './mapping.js';
export { perRelease, type ReleaseGate } from './release.js';
export {
  saying,
  step,
  toProblems,
  withUnknown,
  type Fault,
  type Schema,
  type Trail,
  type UnknownKeys,
} from './schema.js';
export {
  anyList,
  anyMapping,
  anything,
  bool,
  describeValue,
  exactly,
  integer,
  lengthOf,
  noneOf,
  notEmpty,
  nothing,
  numberFrom,
  numberOf,
  oneOf,
  patternText,
  pythonPattern,
  similarTo,
  text,
  textOfLength,
  valueOf,
} from './values.js';
