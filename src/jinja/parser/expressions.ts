import nunjucks from 'nunjucks/src/parser.js';
import { Raised, type Position } from '../errors.js';
import { maximumDepth } from '../limits.js';
import { describeToken, T, type Token } from '../lexer/tokens.js';
import type { Tokenizer } from '../lexer/tokenizer.js';
import { makeFloat } from '../values/float.js';
import { parseIntegerLiteral } from '../values/integer.js';
import {
  make,
  type Arguments,
  type BinaryOperator,
  type CompareOperator,
  type Expr,
  type Keyword,
} from './nodes.js';

/** Operators, filters or attributes after each other: CPython takes no more than 200 brackets inside each other. */
const LONGEST_CHAIN = 250;

export interface At {
  readonly lineno: number;
  readonly colno: number;
}

const COMPARE_OPERATORS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const PRODUCT_OPERATORS: ReadonlySet<string> = new Set(['*', '/', '//', '%']);
const CONSTANTS: Readonly<Record<string, boolean | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};
/** Token types that may begin the one argument of a test without brackets, as in `is divisibleby 3`. */
const ARGUMENT_START: ReadonlySet<string> = new Set([
  T.SYMBOL,
  T.STRING,
  T.INT,
  T.FLOAT,
  T.LEFT_PAREN,
  T.LEFT_BRACKET,
  T.LEFT_CURLY,
]);

/**
 * Jinja2 3.1's expression grammar on nunjucks' token handling. Precedence, from loose to tight:
 * `if else`, `or`, `and`, `not`, comparison, `+ -`, `~`, `* / // %`, `**`, unary, postfix, filters and tests.
 */
export class ExpressionParser extends nunjucks.Parser<Token> {
  private depth = 0;

  constructor(
    protected readonly tokenizer: Tokenizer,
    protected readonly file: string,
  ) {
    super(tokenizer);
  }

  /** The place of the next token. */
  protected here(): At {
    return at(this.peekToken());
  }

  protected peekAhead(): Token {
    this.peekToken();
    return this.tokenizer.peekAhead(0);
  }

  override fail(
    message: string,
    lineno?: number,
    colno?: number,
    pythonClass = 'TemplateSyntaxError',
  ): never {
    const place: Position = {
      file: this.file,
      line: lineno ?? this.here().lineno,
      column: colno ?? this.here().colno,
    };
    const error = new Raised(pythonClass, message);
    error.place = place;
    throw error;
  }

  protected failAt(place: At, message: string, pythonClass?: string): never {
    return this.fail(message, place.lineno, place.colno, pythonClass);
  }

  /** Takes a token of this type, or fails. */
  protected need(type: string, expected: string): Token {
    const token = this.nextToken();
    if (token.type !== type) {
      this.failAt(at(token), `expected token '${expected}', got '${describeToken(token)}'`);
    }
    return token;
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

  /** Takes the next `count` tokens. */
  protected drop(count: number): void {
    for (let taken = 0; taken < count; taken++) this.nextToken();
  }

  parseExpression(withCondition = true): Expr {
    if (++this.depth > maximumDepth()) this.failTooDeep();
    const expr = withCondition ? this.parseCondition() : this.parseOr();
    this.depth--;
    return expr;
  }

  private parseCondition(): Expr {
    let expr = this.parseOr();
    for (let count = 0; this.isNextSymbol('if'); count++) {
      this.checkChain(count);
      const place = at(this.nextToken());
      const test = this.parseOr();
      const otherwise = this.skipSymbol('else') ? this.parseNested(() => this.parseCondition()) : null;
      expr = make.CondExpr(place, { test, then: expr, otherwise });
    }
    return expr;
  }

  private parseNested(parse: () => Expr): Expr {
    if (++this.depth > maximumDepth()) this.failTooDeep();
    const expr = parse();
    this.depth--;
    return expr;
  }

  private isNextProduct(): boolean {
    const token = this.peekToken();
    return token.type === T.OPERATOR && PRODUCT_OPERATORS.has(token.value);
  }

  private checkChain(count: number): void {
    if (count > LONGEST_CHAIN) this.failTooDeep();
  }

  protected failTooDeep(): never {
    const error = new Raised(
      'RecursionError',
      'the expression nests too deep',
      'limit',
      'Nest fewer operators.',
    );
    error.place = { file: this.file, line: this.here().lineno, column: this.here().colno };
    throw error;
  }

  private parseOr(): Expr {
    let left = this.parseAnd();
    for (let count = 0; this.isNextSymbol('or'); count++) {
      this.checkChain(count);
      const place = at(this.nextToken());
      left = make.Logical(place, { operator: 'or', left, right: this.parseAnd() });
    }
    return left;
  }

  private parseAnd(): Expr {
    let left = this.parseNot();
    for (let count = 0; this.isNextSymbol('and'); count++) {
      this.checkChain(count);
      const place = at(this.nextToken());
      left = make.Logical(place, { operator: 'and', left, right: this.parseNot() });
    }
    return left;
  }

  private parseNot(): Expr {
    if (!this.isNextSymbol('not')) return this.parseCompare();
    const place = at(this.nextToken());
    return make.Unary(place, { operator: 'not', operand: this.parseNested(() => this.parseNot()) });
  }

  private parseCompare(): Expr {
    const left = this.parseSum();
    const operands = [];
    while (true) {
      const place = this.here();
      const operator = this.takeCompareOperator();
      if (operator === null) break;
      operands.push(make.Operand(place, { operator, value: this.parseSum() }));
    }
    const [first] = operands;
    return first === undefined ? left : make.Compare(first, { left, operands });
  }

  private takeCompareOperator(): CompareOperator | null {
    const token = this.peekToken();
    if (token.type === T.OPERATOR && COMPARE_OPERATORS.has(token.value)) {
      this.nextToken();
      return token.value as CompareOperator;
    }
    if (this.skipSymbol('in')) return 'in';
    if (!this.isNextSymbol('not')) return null;
    const after = this.peekAhead();
    if (after.type !== T.SYMBOL || after.value !== 'in') return null;
    this.drop(2);
    return 'not in';
  }

  private parseSum(): Expr {
    let left = this.parseConcatenation();
    for (let count = 0; this.isNextOperator('+') || this.isNextOperator('-'); count++) {
      this.checkChain(count);
      const token = this.nextToken();
      left = make.Binary(at(token), {
        operator: token.value as BinaryOperator,
        left,
        right: this.parseConcatenation(),
      });
    }
    return left;
  }

  private parseConcatenation(): Expr {
    const place = this.here();
    const first = this.parseProduct();
    if (!this.isNext(T.TILDE)) return first;
    const items = [first];
    while (this.skip(T.TILDE)) items.push(this.parseProduct());
    return make.Concat(place, { items });
  }

  private parseProduct(): Expr {
    let left = this.parsePower();
    for (let count = 0; this.isNextProduct(); count++) {
      this.checkChain(count);
      const token = this.nextToken();
      left = make.Binary(at(token), {
        operator: token.value as BinaryOperator,
        left,
        right: this.parsePower(),
      });
    }
    return left;
  }

  private parsePower(): Expr {
    let left = this.parseUnaryExpression();
    for (let count = 0; this.isNextOperator('**'); count++) {
      this.checkChain(count);
      const place = at(this.nextToken());
      left = make.Binary(place, { operator: '**', left, right: this.parseUnaryExpression() });
    }
    return left;
  }

  /** A minus binds looser than a postfix, and its operand takes no filter: `-1|abs` is `(-1)|abs`. */
  private parseUnaryExpression(withFilter = true): Expr {
    const token = this.peekToken();
    let expr: Expr;
    if (token.type === T.OPERATOR && (token.value === '-' || token.value === '+')) {
      this.nextToken();
      const operand = this.parseNested(() => this.parseUnaryExpression(false));
      expr = make.Unary(at(token), { operator: token.value, operand });
    } else {
      expr = this.parseAtom();
    }
    expr = this.parsePostfixes(expr);
    return withFilter ? this.parseFiltersAndTests(expr) : expr;
  }

  protected parseAtom(): Expr {
    const token = this.peekToken();
    const place = at(token);
    switch (token.type) {
      case T.SYMBOL: {
        this.nextToken();
        const constant = Object.hasOwn(CONSTANTS, token.value) ? CONSTANTS[token.value] : undefined;
        if (constant !== undefined) return make.Const(place, { value: constant });
        return make.Name(place, { name: token.value, use: 'load' });
      }
      case T.STRING: {
        let value = '';
        while (this.isNext(T.STRING)) value += this.nextToken().value;
        return make.Const(place, { value });
      }
      case T.INT:
        this.nextToken();
        return make.Const(place, { value: parseIntegerLiteral(token.value) });
      case T.FLOAT:
        this.nextToken();
        return make.Const(place, { value: makeFloat(Number(token.value)) });
      case T.LEFT_PAREN: {
        this.nextToken();
        const expr = this.parseTuple({ isBracketed: true });
        this.need(T.RIGHT_PAREN, ')');
        return expr;
      }
      case T.LEFT_BRACKET:
        return this.parseList();
      case T.LEFT_CURLY:
        return this.parseDict();
      default:
        return this.failAt(place, `unexpected '${describeToken(token)}'`);
    }
  }

  /**
   * One expression, or several with commas between them as a tuple. `until` names a symbol that ends the tuple;
   * `isSimple` allows only names and literals, as on the left of an assignment.
   */
  protected parseTuple(options: {
    isBracketed?: boolean;
    isSimple?: boolean;
    withCondition?: boolean;
    until?: string;
  }): Expr {
    const place = this.here();
    const items: Expr[] = [];
    let isTuple = false;
    while (true) {
      if (items.length > 0) this.need(T.COMMA, ',');
      if (this.isTupleEnd(options.until)) break;
      items.push(options.isSimple === true ? this.parseAtom() : this.parseExpression(options.withCondition));
      if (!this.isNext(T.COMMA)) break;
      isTuple = true;
    }
    const [first] = items;
    if (!isTuple && first !== undefined) return first;
    if (!isTuple && options.isBracketed !== true) {
      this.fail(`Expected an expression, got '${describeToken(this.peekToken())}'`);
    }
    return make.Tuple(place, { items });
  }

  private isTupleEnd(until: string | undefined): boolean {
    if (this.isNext(T.VARIABLE_END) || this.isNext(T.BLOCK_END) || this.isNext(T.RIGHT_PAREN)) return true;
    return until !== undefined && this.isNextSymbol(until);
  }

  private parseList(): Expr {
    const place = at(this.need(T.LEFT_BRACKET, '['));
    const items: Expr[] = [];
    while (!this.isNext(T.RIGHT_BRACKET)) {
      if (items.length > 0) this.need(T.COMMA, ',');
      if (this.isNext(T.RIGHT_BRACKET)) break;
      items.push(this.parseExpression());
    }
    this.need(T.RIGHT_BRACKET, ']');
    return make.List(place, { items });
  }

  private parseDict(): Expr {
    const place = at(this.need(T.LEFT_CURLY, '{'));
    const pairs = [];
    while (!this.isNext(T.RIGHT_CURLY)) {
      if (pairs.length > 0) this.need(T.COMMA, ',');
      if (this.isNext(T.RIGHT_CURLY)) break;
      const key = this.parseExpression();
      this.need(T.COLON, ':');
      pairs.push(make.Pair(key, { key, value: this.parseExpression() }));
    }
    this.need(T.RIGHT_CURLY, '}');
    return make.Dict(place, { pairs });
  }

  protected parsePostfixes(start: Expr): Expr {
    let expr = start;
    for (let count = 0; ; count++) {
      this.checkChain(count);
      if (this.isNextOperator('.') || this.isNext(T.LEFT_BRACKET)) expr = this.parseSubscript(expr);
      else if (this.isNext(T.LEFT_PAREN)) expr = this.parseCallOf(expr);
      else return expr;
    }
  }

  private parseFiltersAndTests(start: Expr): Expr {
    let expr = start;
    for (let count = 0; ; count++) {
      this.checkChain(count);
      if (this.isNext(T.PIPE)) expr = this.parseFilters(expr);
      else if (this.isNextSymbol('is')) expr = this.parseTest(expr);
      else if (this.isNext(T.LEFT_PAREN)) expr = this.parseCallOf(expr);
      else return expr;
    }
  }

  private parseSubscript(target: Expr): Expr {
    const token = this.nextToken();
    if (token.type === T.OPERATOR) {
      const attribute = this.nextToken();
      if (attribute.type === T.SYMBOL) return make.Getattr(at(token), { target, attr: attribute.value });
      if (attribute.type !== T.INT) this.failAt(at(attribute), 'expected name or number');
      const arg = make.Const(at(attribute), { value: parseIntegerLiteral(attribute.value) });
      return make.Getitem(at(token), { target, arg });
    }
    const args: Expr[] = [];
    while (!this.isNext(T.RIGHT_BRACKET)) {
      if (args.length > 0) this.need(T.COMMA, ',');
      args.push(this.parseIndexOrSlice());
    }
    this.need(T.RIGHT_BRACKET, ']');
    const [first] = args;
    const arg = args.length === 1 && first !== undefined ? first : make.Tuple(at(token), { items: args });
    return make.Getitem(at(token), { target, arg });
  }

  private parseIndexOrSlice(): Expr {
    const place = this.here();
    const start = this.isNext(T.COLON) ? null : this.parseExpression();
    if (start !== null && !this.isNext(T.COLON)) return start;
    this.need(T.COLON, ':');
    const isEnd = () => this.isNext(T.RIGHT_BRACKET) || this.isNext(T.COMMA);
    const stop = this.isNext(T.COLON) || isEnd() ? null : this.parseExpression();
    const step = this.skip(T.COLON) && !isEnd() ? this.parseExpression() : null;
    return make.Slice(place, { start, stop, step });
  }

  private parseCallOf(callee: Expr): Expr {
    const place = this.here();
    return make.Call(place, { callee, args: this.parseArguments() });
  }

  protected parseArguments(): Arguments {
    const place = at(this.need(T.LEFT_PAREN, '('));
    const positional: Expr[] = [];
    const keywords: Keyword[] = [];
    let restPositional: Expr | null = null;
    let restKeywords: Expr | null = null;
    const ensure = (isValid: boolean) => {
      if (!isValid) this.failAt(place, 'invalid syntax for function call expression');
    };
    for (let count = 0; !this.isNext(T.RIGHT_PAREN); count++) {
      if (count > 0) {
        this.need(T.COMMA, ',');
        if (this.isNext(T.RIGHT_PAREN)) break;
      }
      if (this.skipOperator('*')) {
        ensure(restPositional === null && restKeywords === null);
        restPositional = this.parseExpression();
      } else if (this.skipOperator('**')) {
        ensure(restKeywords === null);
        restKeywords = this.parseExpression();
      } else if (this.isNext(T.SYMBOL) && isAssign(this.peekAhead())) {
        ensure(restKeywords === null);
        const key = this.nextToken();
        this.nextToken();
        keywords.push(make.Keyword(at(key), { key: key.value, value: this.parseExpression() }));
      } else {
        ensure(restPositional === null && restKeywords === null && keywords.length === 0);
        positional.push(this.parseExpression());
      }
    }
    this.need(T.RIGHT_PAREN, ')');
    return make.Arguments(place, { positional, keywords, restPositional, restKeywords });
  }

  private noArguments(place: At, positional: readonly Expr[] = []): Arguments {
    return make.Arguments(place, { positional, keywords: [], restPositional: null, restKeywords: null });
  }

  private parseDottedName(): string {
    let name = this.need(T.SYMBOL, 'name').value;
    while (this.skipOperator('.')) name += `.${this.need(T.SYMBOL, 'name').value}`;
    return name;
  }

  /** Filters after a pipe; with `isInline`, the first one comes without a pipe (a filter block). */
  protected parseFilters<E extends Expr | null>(start: E, isInline = false): E | Expr {
    let expr: E | Expr = start;
    let isFirst = isInline;
    for (let count = 0; isFirst || this.isNext(T.PIPE); count++) {
      this.checkChain(count);
      if (!isFirst) this.nextToken();
      const place = this.here();
      const name = this.parseDottedName();
      const args = this.isNext(T.LEFT_PAREN) ? this.parseArguments() : this.noArguments(place);
      expr = make.Filter(place, { target: expr, name, args });
      isFirst = false;
    }
    return expr;
  }

  private parseTest(target: Expr): Expr {
    const place = at(this.nextToken());
    const isNegated = this.skipSymbol('not');
    const name = this.parseDottedName();
    const test = make.Test(place, { target, name, args: this.parseTestArguments(place) });
    return isNegated ? make.Unary(place, { operator: 'not', operand: test }) : test;
  }

  private parseTestArguments(place: At): Arguments {
    if (this.isNext(T.LEFT_PAREN)) return this.parseArguments();
    const token = this.peekToken();
    if (!ARGUMENT_START.has(token.type)) return this.noArguments(place);
    if (token.type === T.SYMBOL && ['else', 'or', 'and'].includes(token.value))
      return this.noArguments(place);
    if (token.type === T.SYMBOL && token.value === 'is') {
      this.fail('You cannot chain multiple tests with is');
    }
    return this.noArguments(place, [this.parsePostfixes(this.parseAtom())]);
  }
}

/** nunjucks counts from 0, people from 1. */
export function at(token: Token): At {
  return { lineno: token.lineno + 1, colno: token.colno + 1 };
}

function isAssign(token: Token): boolean {
  return token.type === T.OPERATOR && token.value === '=';
}
