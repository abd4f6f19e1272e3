import { typeName, type Value } from './types.js';

/** Attributes with two underscores that every Python object has. */
const COMMON: ReadonlySet<string> = new Set(
  (
    'class delattr dir doc eq format ge getattribute getstate gt hash init init_subclass le lt ne new reduce ' +
    'reduce_ex repr setattr sizeof str subclasshook'
  )
    .split(' ')
    .map((name) => `__${name}__`),
);

const SEQUENCE = 'add contains getitem iter len mul rmul';
const NUMBER =
  'abs add bool divmod float floor floordiv int mod mul neg pos pow radd rdivmod rfloordiv rmod rmul round ' +
  'rpow rsub rtruediv sub truediv trunc ceil getnewargs';
const OBJECT = 'dict module weakref';

const OF_TYPES: Readonly<Record<string, ReadonlySet<string>>> = {
  str: names(`${SEQUENCE} getnewargs mod rmod`),
  Markup: names(`${SEQUENCE} getnewargs mod rmod radd html html_format ${OBJECT} slots`),
  list: names(`${SEQUENCE} class_getitem delitem iadd imul reversed setitem`),
  tuple: names(`${SEQUENCE} class_getitem getnewargs`),
  dict: names('class_getitem contains delitem getitem ior iter len or reversed ror setitem'),
  int: names(`${NUMBER} and index invert lshift or rand rlshift ror rrshift rshift rxor xor`),
  bool: names(`${NUMBER} and index invert lshift or rand rlshift ror rrshift rshift rxor xor`),
  float: names(`${NUMBER} getformat`),
  NoneType: names('bool'),
  range: names('bool contains getitem iter len reversed'),
  function: names(
    'annotations builtins call closure code defaults dict get globals kwdefaults module name qualname wrapped',
  ),
  builtin_function_or_method: names('call module name qualname self text_signature'),
  type: names('call dict module name mro bases base subclasses subclasscheck qualname abstractmethods'),
  generator: names('del iter name next qualname'),
  Macro: names(`call ${OBJECT}`),
  Cycler: names(`next ${OBJECT}`),
  Joiner: names(`call ${OBJECT}`),
  LoopContext: names(`call iter len next ${OBJECT}`),
  TemplateModule: names(`html name ${OBJECT}`),
  TemplateReference: names(`getitem ${OBJECT}`),
  BlockReference: names(`call ${OBJECT}`),
};

function names(list: string): ReadonlySet<string> {
  return new Set(list.split(' ').map((name) => `__${name}__`));
}

/** Whether Python's object has this attribute with underscores, so that the sandbox rejects it by name. */
export function isInternalAttribute(value: Value, name: string): boolean {
  const type = typeName(value);
  if (type === 'Namespace') return name === '__class__';
  return COMMON.has(name) || OF_TYPES[type]?.has(name) === true;
}
