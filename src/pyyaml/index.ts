/** YAML as LAVA reads and quotes it: with PyYAML, over libyaml 0.2.5. See docs/pyyaml.md. */
export { findCutTexts, type CutText } from './cut-texts.js';
export { doubleQuoted } from './double-quoted.js';
export { plainSections } from './plain-mapping.js';
export { findKeyLines } from './key-lines.js';
export { asMapping, isMapping } from './is-mapping.js';
export { findOtherKeys, type OtherKey } from './other-keys.js';
export { formatYamlProblem, parsePython, parseYaml, parseYamlTexts, type YamlProblem } from './parse.js';
export {
  PythonFloat,
  PythonKey,
  PythonTuple,
  pythonText,
  pythonTruth,
  type PythonDict,
} from './python-values.js';
