import { decodeScalar, maxDepth } from './decode-value.js';
import type { XmlRpcCall, XmlRpcStruct, XmlRpcValue } from './value.js';
import { resolveReferences, skipDeclaration } from './xml-tree.js';

/**
 * Reads a response as XML-RPC libraries write it: elements without attributes, comments or CDATA. Builds the values
 * directly, several times as fast as a tree of nodes: the responses of a master are megabytes (docs/benchmarks.md).
 * @returns the value, or the value of the fault; null for any other text, which may still be a valid response
 * @throws XmlRpcError when a value is not valid
 */
export function readPlainResponse(
  body: string,
): { readonly kind: 'value' | 'fault'; readonly value: XmlRpcValue } | null {
  return readPlain(body, (reader) => reader.readResponse());
}

/**
 * Reads a call as XML-RPC libraries write it, in the same way.
 * @returns null for any other text, which may still be a valid call
 * @throws XmlRpcError when a value is not valid
 */
export function readPlainCall(body: string): XmlRpcCall | null {
  return readPlain(body, (reader) => reader.readCall());
}

function readPlain<T>(body: string, read: (reader: PlainReader) => T): T | null {
  // XML turns these into line feeds.
  if (body.includes('\r')) return null;
  try {
    return read(new PlainReader(body));
  } catch (error) {
    if (error instanceof NotPlain) return null;
    throw error;
  }
}

class NotPlain extends Error {}

class PlainReader {
  #at: number;

  constructor(readonly body: string) {
    this.#at = skipDeclaration(body);
  }

  readResponse(): { readonly kind: 'value' | 'fault'; readonly value: XmlRpcValue } {
    this.#expect('<methodResponse>');
    const kind = this.#accepts('<fault>') ? 'fault' : 'value';
    if (kind === 'value') {
      this.#expect('<params>');
      this.#expect('<param>');
    }
    const value = this.#readValue(0);
    if (kind === 'value') {
      this.#expect('</param>');
      this.#expect('</params>');
    } else this.#expect('</fault>');
    this.#expect('</methodResponse>');
    this.#expectEnd();
    return { kind, value };
  }

  readCall(): XmlRpcCall {
    this.#expect('<methodCall>');
    this.#expect('<methodName>');
    const method = resolveReferences(this.#readText()).trim();
    this.#expect('</methodName>');
    const params = this.#readParams();
    this.#expect('</methodCall>');
    this.#expectEnd();
    return { method, params };
  }

  #readParams(): XmlRpcValue[] {
    const values: XmlRpcValue[] = [];
    if (this.#accepts('<params/>') || !this.#accepts('<params>')) return values;
    while (!this.#accepts('</params>')) {
      this.#expect('<param>');
      values.push(this.#readValue(0));
      this.#expect('</param>');
    }
    return values;
  }

  #readValue(depth: number): XmlRpcValue {
    if (depth > maxDepth) throw new NotPlain();
    if (this.#accepts('<value/>')) return '';
    this.#expect('<value>');
    const start = this.#at;
    const text = this.#readText();
    if (this.body.startsWith('</value>', this.#at)) {
      this.#at += '</value>'.length;
      return resolveReferences(text);
    }
    // Blanks around an element are not text.
    this.#at = start;
    this.#skipBlanks();
    const value = this.#readTyped(depth);
    this.#expect('</value>');
    return value;
  }

  #readTyped(depth: number): XmlRpcValue {
    const end = this.body.indexOf('>', this.#at);
    if (this.body[this.#at] !== '<' || end < 0) throw new NotPlain();
    const tag = this.body.slice(this.#at + 1, end);
    this.#at = end + 1;
    if (tag === 'array') return this.#readArray(depth);
    if (tag === 'struct') return this.#readStruct(depth);
    if (tag === 'nil/' || tag === 'ex:nil/') return null;
    if (tag === 'string/') return '';
    const text = this.#readText();
    const value = decodeScalar(tag, () => resolveReferences(text));
    if (value === undefined || !this.body.startsWith(`</${tag}>`, this.#at)) throw new NotPlain();
    this.#at += tag.length + '</>'.length;
    return value;
  }

  #readArray(depth: number): XmlRpcValue[] {
    const values: XmlRpcValue[] = [];
    if (!this.#accepts('<data/>')) {
      this.#expect('<data>');
      while (!this.#accepts('</data>')) values.push(this.#readValue(depth + 1));
    }
    this.#expect('</array>');
    return values;
  }

  #readStruct(depth: number): XmlRpcStruct {
    const members: [string, XmlRpcValue][] = [];
    while (!this.#accepts('</struct>')) {
      this.#expect('<member>');
      this.#expect('<name>');
      const name = resolveReferences(this.#readText());
      this.#expect('</name>');
      members.push([name, this.#readValue(depth + 1)]);
      this.#expect('</member>');
    }
    return Object.fromEntries(members);
  }

  /** Everything before the next tag. */
  #readText(): string {
    const end = this.body.indexOf('<', this.#at);
    if (end < 0) throw new NotPlain();
    const text = this.body.slice(this.#at, end);
    this.#at = end;
    return text;
  }

  #expectEnd(): void {
    this.#skipBlanks();
    if (this.#at < this.body.length) throw new NotPlain();
  }

  #expect(tag: string): void {
    if (!this.#accepts(tag)) throw new NotPlain();
  }

  /** Skips blanks and the tag, if that is what follows. */
  #accepts(tag: string): boolean {
    this.#skipBlanks();
    if (!this.body.startsWith(tag, this.#at)) return false;
    this.#at += tag.length;
    return true;
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.body.charCodeAt(this.#at);
      if (code !== 10 && code !== 32 && code !== 9) return;
      this.#at++;
    }
  }
}
