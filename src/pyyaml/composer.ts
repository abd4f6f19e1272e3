import { YamlFailure } from './failure.js';
import { corePrefix, type YamlNode, type YamlPair } from './nodes.js';
import { resolveScalar } from './resolve.js';
import { Scanner, type Token, type TokenType } from './scanner.js';

/** PyYAML has no such limit; no device configuration reaches a tenth of it. */
const deepest = 100;
/** A text with more nodes is rejected before it uses memory. */
const mostNodes = 250_000;

/** The nodes of a text with one document, or null for a text without any. Throws YamlFailure. */
export function compose(text: string): YamlNode | null {
  return new Composer(text).readDocument();
}

/** The context of a node: in brackets; in a block; or as key or value of a block's pair, where a list needs no indentation. */
type Where = 'flow' | 'block' | 'part';

interface Properties {
  readonly anchor: Token | undefined;
  readonly tag: string | undefined;
  readonly at: number;
}

/** Builds a tree from the tokens. Each method reads one production of YAML's grammar as libyaml 0.2.5 implements it. */
class Composer {
  readonly #scanner: Scanner;
  readonly #anchors = new Map<string, YamlNode>();
  #handles: ReadonlyMap<string, string> = new Map();
  #depth = 0;
  #nodes = 0;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  readDocument(): YamlNode | null {
    if (this.#isNext('stream-end')) return null;
    const root = this.#readRoot();
    while (this.#isNext('document-end')) this.#scanner.take();
    const after = this.#scanner.peek();
    if (after.type === 'stream-end') return root;
    const isDocument = after.type === 'document-start' || after.type === 'directive';
    const message = isDocument ? 'a second document begins here' : 'this belongs to nothing before it';
    throw new YamlFailure(message, after.at);
  }

  #readRoot(): YamlNode {
    this.#handles = this.#readDirectives();
    if (!this.#isNext('document-start')) return this.#readNode('block');
    this.#scanner.take();
    const next = this.#scanner.peek();
    return isOneOf(next, 'directive', 'document-start', 'document-end', 'stream-end')
      ? this.#emptyScalar(next.at)
      : this.#readNode('block');
  }

  #readDirectives(): Map<string, string> {
    const handles = new Map<string, string>();
    let version: string | undefined;
    let at: number | undefined;
    while (this.#isNext('directive')) {
      const token = this.#scanner.take();
      ({ at } = token);
      if (token.name === 'YAML') {
        if (version !== undefined) throw new YamlFailure('a second %YAML', at);
        version = token.text;
        if (!/^1\.[12]$/.test(version)) throw new YamlFailure(`YAML ${version} is not supported`, at);
      } else {
        const [handle = '', prefix = ''] = token.text.split(/[ \t]+/);
        if (handles.has(handle)) throw new YamlFailure(`a second %TAG ${handle}`, at);
        handles.set(handle, prefix);
      }
    }
    if (at !== undefined && !this.#isNext('document-start')) {
      throw new YamlFailure('"---" is missing after "%"', at);
    }
    if (!handles.has('!')) handles.set('!', '!');
    if (!handles.has('!!')) handles.set('!!', corePrefix);
    return handles;
  }

  #readNode(where: Where): YamlNode {
    if (this.#isNext('alias')) {
      const { text, at } = this.#scanner.take();
      const target = this.#anchors.get(text);
      if (target === undefined) throw new YamlFailure(`there is no "&${text}" before "*${text}"`, at);
      return target;
    }
    const properties = this.#readProperties();
    if (++this.#depth > deepest) throw new YamlFailure('it is nested too deeply', properties.at, true);
    if (++this.#nodes > mostNodes) throw new YamlFailure('it has too many values', properties.at, true);
    const node = this.#readContent(where, properties);
    this.#depth--;
    return node;
  }

  #readProperties(): Properties {
    const { at } = this.#scanner.peek();
    let anchor: Token | undefined;
    let tag: string | undefined;
    for (let next = this.#scanner.peek(); ; next = this.#scanner.peek()) {
      if (next.type === 'anchor' && anchor === undefined) anchor = this.#scanner.take();
      else if (next.type === 'tag' && tag === undefined) tag = this.#readTag();
      else break;
    }
    return { anchor, tag, at };
  }

  #readTag(): string {
    const { name, text, at } = this.#scanner.take();
    if (name === '') return text;
    const prefix = this.#handles.get(name);
    if (prefix === undefined) throw new YamlFailure(`the tag "${name}" is not defined`, at);
    return prefix + text;
  }

  #readContent(where: Where, properties: Properties): YamlNode {
    const { anchor, tag, at } = properties;
    const next = this.#scanner.peek();
    const isUntagged = tag === undefined || tag === '!';
    // Any other token is not content: the node is empty.
    // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check
    switch (next.type) {
      case 'plain':
      case 'quoted': {
        this.#scanner.take();
        const resolves = tag === '!' || (tag === undefined && next.type === 'plain');
        const scalarTag = resolves ? resolveScalar(next.text) : (tag ?? `${corePrefix}str`);
        return this.#anchored(anchor, { kind: 'scalar', tag: scalarTag, text: next.text, at });
      }
      case '[':
      case 'block-list':
      case 'block-entry': {
        if (next.type === 'block-entry' ? where !== 'part' : next.type !== '[' && where === 'flow') break;
        const items: YamlNode[] = [];
        const listTag = isUntagged ? `${corePrefix}seq` : tag;
        const list = this.#anchored(anchor, { kind: 'list', tag: listTag, items, at });
        if (next.type === '[') this.#readFlowList(items);
        else if (next.type === 'block-list') this.#readBlockList(items);
        else this.#readListOfKey(items);
        return list;
      }
      case '{':
      case 'block-mapping': {
        if (next.type === 'block-mapping' && where === 'flow') break;
        const pairs: YamlPair[] = [];
        const mappingTag = isUntagged ? `${corePrefix}map` : tag;
        const mapping = this.#anchored(anchor, { kind: 'mapping', tag: mappingTag, pairs, at });
        if (next.type === '{') this.#readFlowMapping(pairs);
        else this.#readBlockMapping(pairs);
        return mapping;
      }
    }
    if (anchor === undefined && tag === undefined) {
      throw new YamlFailure(`a value is missing before ${nameOf(next)}`, next.at);
    }
    const emptyTag = tag === '!' ? `${corePrefix}str` : (tag ?? resolveScalar(''));
    return this.#anchored(anchor, { kind: 'scalar', tag: emptyTag, text: '', at });
  }

  /** Aliases inside the node itself may already refer to it. */
  #anchored<N extends YamlNode>(anchor: Token | undefined, node: N): N {
    if (anchor === undefined) return node;
    if (this.#anchors.has(anchor.text)) throw new YamlFailure(`a second "&${anchor.text}"`, anchor.at);
    this.#anchors.set(anchor.text, node);
    return node;
  }

  #readBlockList(items: YamlNode[]): void {
    this.#scanner.take();
    while (this.#isNext('block-entry')) {
      const { at } = this.#scanner.take();
      const isEmpty = isOneOf(this.#scanner.peek(), 'block-entry', 'block-end');
      items.push(isEmpty ? this.#emptyScalar(at) : this.#readNode('block'));
    }
    this.#expectEnd('block-end', 'this is not an item of the enclosing list');
  }

  /** A list without its own indentation. */
  #readListOfKey(items: YamlNode[]): void {
    while (this.#isNext('block-entry')) {
      const { at } = this.#scanner.take();
      const isEmpty = isOneOf(this.#scanner.peek(), 'block-entry', 'key', 'value', 'block-end');
      items.push(isEmpty ? this.#emptyScalar(at) : this.#readNode('block'));
    }
  }

  #readBlockMapping(pairs: YamlPair[]): void {
    this.#scanner.take();
    while (this.#isNext('key')) {
      const key = this.#readPart();
      pairs.push([key, this.#isNext('value') ? this.#readPart() : this.#emptyScalar(key.at)]);
    }
    this.#expectEnd('block-end', 'this is not a key of the enclosing mapping');
  }

  /** The key or value of a pair in a block, which may be empty. */
  #readPart(): YamlNode {
    const { at } = this.#scanner.take();
    const isEmpty = isOneOf(this.#scanner.peek(), 'key', 'value', 'block-end');
    return isEmpty ? this.#emptyScalar(at) : this.#readNode('part');
  }

  #readFlowList(items: YamlNode[]): void {
    this.#scanner.take();
    for (let isFirst = true; !this.#isNext(']'); isFirst = false) {
      if (!isFirst) this.#expectEnd(',', 'a "," or "]" is missing before this');
      if (this.#isNext('key')) items.push(this.#readSinglePair());
      else if (!this.#isNext(']')) items.push(this.#readNode('flow'));
      else break;
    }
    this.#scanner.take();
  }

  /** `[key: value]` is a list that contains a mapping. */
  #readSinglePair(): YamlNode {
    const { at } = this.#scanner.take();
    const next = this.#scanner.peek();
    const isEmpty = isOneOf(next, 'value', ',', ']');
    // libyaml 0.2.5 loses the token after an empty key.
    if (isEmpty) this.#scanner.take();
    const key = isEmpty ? this.#emptyScalar(at) : this.#readNode('flow');
    const pairs: YamlPair[] = [[key, this.#readFlowValue(']')]];
    return { kind: 'mapping', tag: `${corePrefix}map`, pairs, at };
  }

  #readFlowMapping(pairs: YamlPair[]): void {
    this.#scanner.take();
    for (let isFirst = true; !this.#isNext('}'); isFirst = false) {
      if (!isFirst) this.#expectEnd(',', 'a "," or "}" is missing before this');
      if (this.#isNext('key')) {
        const { at } = this.#scanner.take();
        const isEmpty = isOneOf(this.#scanner.peek(), 'value', ',', '}');
        const key = isEmpty ? this.#emptyScalar(at) : this.#readNode('flow');
        pairs.push([key, this.#readFlowValue('}')]);
      } else if (!this.#isNext('}')) {
        const key = this.#readNode('flow');
        pairs.push([key, this.#emptyScalar(key.at)]);
      } else break;
    }
    this.#scanner.take();
  }

  #readFlowValue(closing: ']' | '}'): YamlNode {
    const { at, type } = this.#scanner.peek();
    if (type !== 'value') return this.#emptyScalar(at);
    this.#scanner.take();
    return isOneOf(this.#scanner.peek(), ',', closing) ? this.#emptyScalar(at) : this.#readNode('flow');
  }

  #emptyScalar(at: number): YamlNode {
    return { kind: 'scalar', tag: resolveScalar(''), text: '', at };
  }

  #isNext(type: TokenType): boolean {
    return this.#scanner.peek().type === type;
  }

  #expectEnd(type: TokenType, message: string): void {
    const token = this.#scanner.peek();
    if (token.type !== type) throw new YamlFailure(message, token.at);
    this.#scanner.take();
  }
}

function isOneOf(token: Token, ...types: readonly TokenType[]): boolean {
  return types.includes(token.type);
}

function nameOf({ type }: Token): string {
  if (type === 'stream-end') return 'the end';
  return /^\W$/.test(type) ? `"${type}"` : type === 'block-entry' ? '"-"' : 'this';
}
