import nunjucks from 'nunjucks/src/parser.js';
import { Raised, type Position } from '../errors.js';
import { describeToken, T, type Token } from '../lexer/tokens.js';
import type { Tokenizer } from '../lexer/tokenizer.js';
import { maximumDepth } from '../limits.js';
import { hintForTagEnd } from '../lexer/hints.js';

/** The longest chain of operators, filters or attributes: CPython accepts at most 200 nested brackets. */
const LONGEST_CHAIN = 250;

export interface At {
  readonly lineno: number;
  readonly colno: number;
}

/** nunjucks counts from 0, people from 1. */
export function at(token: Token): At {
  return { lineno: token.lineno + 1, colno: token.colno + 1 };
}

/** The base of all parts of the parser: peeking at tokens, consuming them, failing at them, and the nesting limit. */
export abstract class TokenParser extends nunjucks.Parser<Token> {
  /** Where the current tag starts. */
  protected tagStart: Token | null = null;
  #depth = 0;

  readonly #tokenizer: Tokenizer;
  readonly #file: string;

  constructor(tokenizer: Tokenizer, file: string) {
    super(tokenizer);
    this.#tokenizer = tokenizer;
    this.#file = file;
  }

  /** The place of the next token. */
  protected here(): At {
    return at(this.peekToken());
  }

  protected peekAhead(): Token {
    this.peekToken();
    return this.#tokenizer.peekAhead(0);
  }

  override fail(
    message: string,
    lineno?: number,
    colno?: number,
    pythonClass = 'TemplateSyntaxError',
    hint?: string,
  ): never {
    const place: Position = {
      file: this.#file,
      line: lineno ?? this.here().lineno,
      column: colno ?? this.here().colno,
    };
    const error = new Raised(pythonClass, message, 'syntax', hint);
    error.place = place;
    throw error;
  }

  protected failAt(place: At, message: string, hint?: string): never {
    return this.fail(message, place.lineno, place.colno, undefined, hint);
  }

  /** Consumes a token of this type, or fails. */
  protected need(type: string, expected: string, hint?: string): Token {
    const token = this.nextToken();
    if (token.type !== type) {
      this.failAt(at(token), `expected token '${expected}', got '${describeToken(token)}'`, hint);
    }
    return token;
  }

  /** Consumes the end of a tag, or fails. */
  protected needEnd(type: string, hint?: string): void {
    const token = this.peekToken();
    if (token.type === type) {
      this.nextToken();
      return;
    }
    const expected = type === T.BLOCK_END ? 'end of statement block' : 'end of print statement';
    const isFirst = this.#tokenizer.isFirstInLine(token);
    this.need(type, expected, hint ?? hintForTagEnd(this.tagStart, token, isFirst));
  }

  protected needSymbol(value: string): Token {
    const token = this.nextToken();
    if (token.type !== T.SYMBOL || token.value !== value) {
      this.failAt(at(token), `expected token '${value}', got '${describeToken(token)}'`);
    }
    return token;
  }

  protected isNext(type: string): boolean {
    return this.peekToken().type === type;
  }

  protected isNextSymbol(value: string): boolean {
    const token = this.peekToken();
    return token.type === T.SYMBOL && token.value === value;
  }

  protected isNextOperator(value: string): boolean {
    const token = this.peekToken();
    return token.type === T.OPERATOR && token.value === value;
  }

  protected skipOperator(value: string): boolean {
    return this.skipValue(T.OPERATOR, value);
  }

  /** Consumes the next `count` tokens. */
  protected drop(count: number): void {
    for (let taken = 0; taken < count; taken++) this.nextToken();
  }

  /** Parses something that may contain itself. */
  protected parseNested<E>(parse: () => E): E {
    if (++this.#depth > maximumDepth()) this.failTooDeep();
    const parsed = parse();
    this.#depth--;
    return parsed;
  }

  /** Checks that a chain of this many operators may continue. */
  protected checkChain(count: number): void {
    if (count > LONGEST_CHAIN) this.failTooDeep();
  }

  protected failTooDeep(): never {
    const error = new Raised(
      'RecursionError',
      'the expression nests too deep',
      'limit',
      'Nest fewer operators.',
    );
    error.place = { file: this.#file, line: this.here().lineno, column: this.here().colno };
    throw error;
  }
}
