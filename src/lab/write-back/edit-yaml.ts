import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  stringify,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLSeq,
} from 'yaml';
import { canonicalJson, type FieldValue } from '../../model/index.js';
import { findTooDeep } from '../yaml/nesting.js';

type Mapping = Readonly<Record<string, FieldValue | undefined>>;

/**
 * Sets one key of a YAML mapping, or removes it (`undefined`), and leaves the rest of the text unchanged: comments,
 * quotes, order. If the text is too unusual for that, it is written again as a whole, with its comments.
 * @returns null if neither results in exactly the requested values
 */
export function setYamlKey(text: string, key: string, value: FieldValue | undefined): string | null {
  const before = read(text);
  if (before === null) return null;
  const others = Object.entries(before).filter(([name]) => name !== key);
  const wanted: Mapping = { ...Object.fromEntries(others), ...(value === undefined ? {} : { [key]: value }) };
  const isRight = (edited: string) => {
    const after = read(edited);
    return after !== null && canonicalJson(asSet(after, key)) === canonicalJson(asSet(wanted, key));
  };
  const spliced = splice(text, key, value);
  if (isRight(spliced)) return spliced;
  const rewritten = rewrite(text, key, value);
  return isRight(rewritten) ? rewritten : null;
}

/** Null if it does not exist. */
export function readYamlKey(text: string, key: string): FieldValue {
  return read(text)?.[key] ?? null;
}

/** The lists of a lab (tags, aliases, permissions...) have no order. */
function asSet(value: Mapping, key: string): FieldValue {
  const list = value[key];
  if (!Array.isArray(list)) return value as FieldValue;
  const ids = (list as readonly FieldValue[]).map((item) => canonicalJson(item));
  return { ...value, [key]: ids.sort() } as FieldValue;
}

function read(text: string): Mapping | null {
  if (findTooDeep(text) !== undefined) return null;
  const document = parse(text);
  if (document.errors.length > 0 || !isMap(document.contents) || hasAlias(document)) return null;
  return document.toJS() as Mapping;
}

/** A value that occurs in two places cannot be edited in one of them. */
function hasAlias(document: Document.Parsed): boolean {
  let found = false;
  visit(document, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

function parse(text: string) {
  return parseDocument(text, { version: '1.2', prettyErrors: false, logLevel: 'error' });
}

function rewrite(text: string, key: string, value: FieldValue | undefined): string {
  const document = parse(text);
  if (value === undefined) document.delete(key);
  else document.set(key, value);
  return document.toString({ lineWidth: 0, singleQuote: true });
}

function splice(text: string, key: string, value: FieldValue | undefined): string {
  const { contents } = parse(text);
  const pairs = isMap(contents) ? contents.items : [];
  const pair = pairs.find((one) => isScalar(one.key) && one.key.value === key);
  if (pair === undefined) return value === undefined ? text : append(text, `${key}: ${inline(value)}`);
  const [start, end] = spanOf(text, pair);
  if (value === undefined) return cutLines(text, start, end);
  if (isSeq(pair.value) && pair.value.flow !== true && Array.isArray(value) && value.length > 0) {
    return spliceList(text, pair.value, value as readonly FieldValue[]);
  }
  const colon = colonOf(text, pair);
  const old = text.slice(colon, end);
  const space = /^[ \t]+(?=\S)/.exec(old)?.[0] ?? ' ';
  const tail = old.endsWith('\n') ? '\n' : '';
  return `${text.slice(0, colon)}${space}${inline(value)}${tail}${text.slice(end)}`;
}

/** From the key to the end of its value. */
function spanOf(text: string, pair: Pair): [number, number] {
  const colon = colonOf(text, pair);
  return [rangeOf(pair.key)[0], Math.max(colon, rangeOf(pair.value)[1])];
}

/** After the colon that ends the key. */
function colonOf(text: string, pair: Pair): number {
  return text.indexOf(':', rangeOf(pair.key)[1]) + 1;
}

function rangeOf(node: unknown): [number, number] {
  const [start = 0, end = 0] = (node as Node | null)?.range ?? [];
  return [start, end];
}

function append(text: string, line: string): string {
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
}

/** Whole lines, with the comments after them. */
function cutLines(text: string, start: number, end: number): string {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const last = text[end - 1] === '\n' ? end - 1 : text.indexOf('\n', end);
  return text.slice(0, from) + (last < 0 ? '' : text.slice(last + 1));
}

/** Removes items and appends others. The lines of the remaining ones are not changed. */
function spliceList(text: string, list: YAMLSeq, wanted: readonly FieldValue[]): string {
  const items = list.items.map((item) => {
    const [start, end] = rangeOf(item);
    return { id: canonicalJson((item as Node).toJS(parse('')) as FieldValue), start, end };
  });
  const first = items[0];
  const last = items.at(-1);
  if (first === undefined || last === undefined) return text;
  const ids = new Set(wanted.map((value) => canonicalJson(value)));
  const present = new Set(items.map(({ id }) => id));
  const dash = text.lastIndexOf('-', first.start);
  const indent = text.slice(text.lastIndexOf('\n', dash - 1) + 1, dash);
  const added = wanted
    .filter((value) => !present.has(canonicalJson(value)))
    .map((value) => `${indent}- ${inline(value)}\n`)
    .join('');
  const after = text[last.end - 1] === '\n' ? last.end - 1 : text.indexOf('\n', last.end);
  let edited = after < 0 ? `${text}\n${added}` : text.slice(0, after + 1) + added + text.slice(after + 1);
  for (const { id, start, end } of items.reverse()) {
    if (!ids.has(id)) edited = cutLines(edited, text.lastIndexOf('-', start), end);
  }
  return edited;
}

/** A value on one line. */
function inline(value: FieldValue): string {
  if (typeof value === 'string' && value.includes('\n')) return JSON.stringify(value);
  const style = { collectionStyle: 'flow', flowCollectionPadding: false } as const;
  return stringify(value, { lineWidth: 0, singleQuote: true, ...style }).trimEnd();
}
