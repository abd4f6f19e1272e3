import { XMLParser } from 'fast-xml-parser';
import { characterOf } from './characters.js';
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

const declaration =
  /^<\?xml\s+version\s*=\s*(["'])[\w.:-]+\1(?:\s+encoding\s*=\s*(["'])[A-Za-z][\w.-]*\2)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\3)?\s*\?>/;

/**
 * As Python's expat, which LAVA uses: a declaration is complete, and nothing comes before it.
 * @returns where the text continues after its declaration
 * @throws XmlRpcError when the declaration is not valid
 */
export function skipDeclaration(body: string): number {
  const found = declaration.exec(body);
  if (found !== null) return found[0].length;
  if (/^\s*<\?xml(?![\w.:-])/i.test(body)) throw new XmlRpcError('the XML declaration is not valid', true);
  return 0;
}

/** @throws XmlRpcError when the text is not XML, or declares any document type */
export function parseXml(body: string): readonly Node[] {
  if (/<!\s*(DOCTYPE|ENTITY)/i.test(body)) throw new XmlRpcError('a document type is not allowed');
  const start = skipDeclaration(body);
  try {
    return parser.parse(body.slice(start)) as readonly Node[];
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

/** @throws XmlRpcError for an entity or a character that XML does not define */
export function resolveReferences(text: string): string {
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
      return characterOf(code, whole);
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
