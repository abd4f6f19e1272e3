import { typeError, valueError } from '../errors.js';
import { textOf } from '../values/compare.js';
import { indexOfText, lastIndexOfText, splitText } from '../values/find-text.js';
import { codePointLength } from '../values/markup.js';
import { charactersOf } from '../values/slice.js';
import { PyTuple } from '../values/tuple.js';
import { typeName, type Value } from '../values/types.js';
import { needIndex, needText } from './method.js';

/** The part of the text between two code-point indexes, and where it starts. */
function window(
  text: string,
  start: Value | undefined,
  stop: Value | undefined,
): { part: string; offset: number } | null {
  const isPlain = codePointLength(text) === text.length;
  const characters = isPlain ? text : charactersOf(text);
  const { length } = characters;
  const from = Math.max(0, place(needIndex(start, 0), length));
  const to = Math.min(length, Math.max(0, place(needIndex(stop, length), length)));
  if (from > to) return null;
  return {
    part: typeof characters === 'string' ? characters.slice(from, to) : characters.slice(from, to).join(''),
    offset: from,
  };
}

function place(index: number, length: number): number {
  return index < 0 ? index + length : index;
}

/** Python's `str.find` and `rfind`, in code points. */
export function find(text: string, args: readonly (Value | undefined)[], isLast: boolean): number {
  const wanted = needText(args[0], 'must be str');
  const within = window(text, args[1], args[2]);
  if (within === null) return -1;
  const index = isLast ? lastIndexOfText(within.part, wanted) : indexOfText(within.part, wanted);
  return index === -1 ? -1 : within.offset + codePointLength(within.part.slice(0, index));
}

export function needFound(index: number): number {
  if (index === -1) throw valueError('substring not found');
  return index;
}

/** Python's `str.count`. */
export function countOf(text: string, args: readonly (Value | undefined)[]): number {
  const wanted = needText(args[0], 'must be str');
  const within = window(text, args[1], args[2]);
  if (within === null) return 0;
  return wanted === '' ? codePointLength(within.part) + 1 : splitText(within.part, wanted).length - 1;
}

/** Python's `str.startswith` and `endswith`. */
export function affix(text: string, args: readonly (Value | undefined)[], name: string): boolean {
  const [wanted = null] = args;
  const options = wanted instanceof PyTuple ? wanted.items : [wanted];
  const texts = options.map((option) => {
    const part = textOf(option);
    if (part === undefined) {
      throw typeError(`${name} first arg must be str or a tuple of str, not ${typeName(option)}`);
    }
    return part;
  });
  const within = window(text, args[1], args[2]);
  if (within === null) return false;
  return texts.some((part) =>
    name === 'startswith' ? within.part.startsWith(part) : within.part.endsWith(part),
  );
}

/** Python's `str.partition` and `rpartition`. */
export function partition(text: string, separator: Value | undefined, isLast: boolean): PyTuple {
  const wanted = needText(separator, 'must be str');
  if (wanted === '') throw valueError('empty separator');
  const index = isLast ? lastIndexOfText(text, wanted) : indexOfText(text, wanted);
  if (index === -1) return new PyTuple(isLast ? ['', '', text] : [text, '', '']);
  return new PyTuple([text.slice(0, index), wanted, text.slice(index + wanted.length)]);
}
