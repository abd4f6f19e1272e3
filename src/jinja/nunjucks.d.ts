/** The parts of nunjucks 3.2.4 that are used here; the package has no types of its own. */
declare module 'nunjucks/src/nodes.js' {
  interface NodeClass {
    new (line: number, column: number, ...fields: readonly unknown[]): NunjucksNode;
    extend(typename: string, properties: { readonly fields: readonly string[] }): NodeClass;
  }
  interface NunjucksNode {
    readonly typename: string;
    readonly fields: readonly string[];
  }
  const nodes: { readonly Node: NodeClass };
  export default nodes;
}

declare module 'nunjucks/src/parser.js' {
  interface ParserToken {
    readonly type: string;
    readonly value: string;
    /** Both count from 0 in nunjucks. */
    readonly lineno: number;
    readonly colno: number;
  }
  interface TokenSource<T extends ParserToken> {
    nextToken(): T | null;
  }
  interface Parser<T extends ParserToken> {
    tokens: TokenSource<T>;
    peeked: T | null;
    nextToken(withWhitespace?: boolean): T;
    peekToken(): T;
    pushToken(token: T): void;
    skip(type: string): boolean;
    skipValue(type: string, value: string): boolean;
    skipSymbol(value: string): boolean;
    expect(type: string): T;
    fail(message: string, lineno?: number, colno?: number): never;
  }
  const parser: { readonly Parser: new <T extends ParserToken>(tokens: TokenSource<T>) => Parser<T> };
  export default parser;
}

declare module 'nunjucks/src/lexer.js' {
  const lexer: Readonly<
    Record<
      | 'TOKEN_STRING'
      | 'TOKEN_DATA'
      | 'TOKEN_BLOCK_START'
      | 'TOKEN_BLOCK_END'
      | 'TOKEN_VARIABLE_START'
      | 'TOKEN_VARIABLE_END'
      | 'TOKEN_LEFT_PAREN'
      | 'TOKEN_RIGHT_PAREN'
      | 'TOKEN_LEFT_BRACKET'
      | 'TOKEN_RIGHT_BRACKET'
      | 'TOKEN_LEFT_CURLY'
      | 'TOKEN_RIGHT_CURLY'
      | 'TOKEN_OPERATOR'
      | 'TOKEN_COMMA'
      | 'TOKEN_COLON'
      | 'TOKEN_TILDE'
      | 'TOKEN_PIPE'
      | 'TOKEN_INT'
      | 'TOKEN_FLOAT'
      | 'TOKEN_SYMBOL',
      string
    >
  >;
  export default lexer;
}
