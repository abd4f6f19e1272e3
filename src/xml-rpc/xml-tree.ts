import { XMLParser } from 'fast-xml-parser';
import { XmlRpcError } from './value.js';

/** An element or a piece of text, as fast-xml-parser returns it with `preserveOrder`. */
export type Node = Readonly<Record<string, readonly Node[] | string>>;

const textKey = '#text';
const cdataKey = '#cdata';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: false,
  // Entities are resolved here in one pass: `&amp;lt;` is `&lt;`, and never `<`.
  processEntities: false,
  cdataPropName: cdataKey,
  textNodeName: textKey,
});

/** Elements, their ends, and text: what XML-RPC messages consist of. */
const plainToken = /<(\/?)([A-Za-z][\w.:]*)(\/?)>|[^<]+/y;
const declaration = /^\s*<\?xml[^<>]*\?>/;

/**
 * Parses what XML-RPC libraries write, several times as fast as the parser of any XML: the answers of a master are
 * megabytes of elements without attributes, comments or CDATA (docs/benchmarks.md).
 * @param maxElements how deep elements may nest
 * @returns the tree that `parseXml` would return; null for anything else, well-formed or not
 */
export function parsePlainXml(body: string, maxElements: number): readonly Node[] | null {
  // XML turns these into line feeds.
  if (body.includes('\r')) return null;
  const root: Node[] = [];
  let nodes = root;
  const open: { readonly name: string; readonly around: Node[] }[] = [];
  let at = declaration.exec(body)?.[0].length ?? 0;
  while (at < body.length) {
    plainToken.lastIndex = at;
    const token = plainToken.exec(body);
    if (token === null) return null;
    at = plainToken.lastIndex;
    const [text, closing, name, empty] = token;
    if (name === undefined) {
      nodes.push({ [textKey]: text });
    } else if (closing === '/') {
      const last = open.pop();
      if (last?.name !== name || empty === '/') return null;
      nodes = last.around;
    } else {
      const inside: Node[] = [];
      nodes.push({ [name]: inside });
      if (empty === '/') continue;
      open.push({ name, around: nodes });
      if (open.length > maxElements) return null;
      nodes = inside;
    }
  }
  const isWhole =
    open.length === 0 && root.every((node) => !(textKey in node) || textOf([node]).trim() === '');
  return isWhole ? root : null;
}

/** @throws XmlRpcError when the text is not XML, or declares any document type */
export function parseXml(body: string): readonly Node[] {
  if (/<!\s*(DOCTYPE|ENTITY)/i.test(body)) throw new XmlRpcError('a document type is not allowed');
  try {
    return parser.parse(body) as readonly Node[];
  } catch (error) {
    throw new XmlRpcError(`not XML: ${error instanceof Error ? error.message : String(error)}`, true);
  }
}

export function textOf(nodes: readonly Node[]): string {
  let text = '';
  for (const node of nodes) {
    const plain = node[textKey];
    const cdata = node[cdataKey];
    if (typeof plain === 'string') text += resolveReferences(plain);
    else if (Array.isArray(cdata)) text += (cdata as readonly Node[]).map(rawTextOf).join('');
    else throw new XmlRpcError(`an element <${Object.keys(node)[0] ?? ''}> where text is due`);
  }
  return text;
}

/** CDATA contains no references. */
function rawTextOf(node: Node): string {
  const text = node[textKey];
  return typeof text === 'string' ? text : '';
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolveReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) {
        const character = Object.hasOwn(named, name) ? named[name] : undefined;
        if (character === undefined) throw new XmlRpcError(`an unknown entity ${whole}`);
        return character;
      }
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      if (code > 0x10ffff) throw new XmlRpcError(`no such character: ${whole}`);
      return String.fromCodePoint(code);
    },
  );
}

/** The contents of all elements of this name among the nodes. */
export function children(nodes: readonly Node[], name: string): (readonly Node[])[] {
  return elements(nodes)
    .filter((node) => name in node)
    .map((node) => content(node));
}

/**
 * The content of the one element of this name.
 * @throws XmlRpcError when there is not exactly one
 */
export function child(nodes: readonly Node[], name: string): readonly Node[] {
  const found = children(nodes, name);
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new XmlRpcError(`${found.length} <${name}> instead of one`);
  return first;
}

export function elements(nodes: readonly Node[]): Node[] {
  return nodes.filter((node) => !(textKey in node) && !(cdataKey in node));
}

export function content(node: Node): readonly Node[] {
  const inner = Object.values(node)[0];
  return Array.isArray(inner) ? (inner as readonly Node[]) : [];
}
