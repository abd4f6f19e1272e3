import { T, type Token } from '../lexer/tokens.js';
import { parseIntegerLiteral } from '../values/integer.js';
import { AtomParser } from './atoms.js';
import { make, type Arguments, type Expr, type Keyword } from './nodes.js';
import { at, type At } from './token-parser.js';

/** Token types that can start the single argument of a test without brackets, as in `is divisibleby 3`. */
const ARGUMENT_START: ReadonlySet<string> = new Set([
  T.SYMBOL,
  T.STRING,
  T.INT,
  T.FLOAT,
  T.LEFT_PAREN,
  T.LEFT_BRACKET,
  T.LEFT_CURLY,
]);

/** What follows an expression: attributes, subscripts, calls, filters and tests. */
export abstract class PostfixParser extends AtomParser {
  protected parsePostfixes(start: Expr): Expr {
    let expr = start;
    for (let count = 0; ; count++) {
      this.checkChain(count);
      if (this.isNextOperator('.') || this.isNext(T.LEFT_BRACKET)) expr = this.#parseSubscript(expr);
      else if (this.isNext(T.LEFT_PAREN)) expr = this.#parseCallOf(expr);
      else return expr;
    }
  }

  protected parseFiltersAndTests(start: Expr): Expr {
    let expr = start;
    for (let count = 0; ; count++) {
      this.checkChain(count);
      if (this.isNext(T.PIPE)) expr = this.parseFilters(expr);
      else if (this.isNextSymbol('is')) expr = this.#parseTest(expr);
      else if (this.isNext(T.LEFT_PAREN)) expr = this.#parseCallOf(expr);
      else return expr;
    }
  }

  #parseSubscript(target: Expr): Expr {
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
      args.push(this.#parseIndexOrSlice());
    }
    this.need(T.RIGHT_BRACKET, ']');
    const [first] = args;
    const arg = args.length === 1 && first !== undefined ? first : make.Tuple(at(token), { items: args });
    return make.Getitem(at(token), { target, arg });
  }

  #parseIndexOrSlice(): Expr {
    const place = this.here();
    const start = this.isNext(T.COLON) ? null : this.parseExpression();
    if (start !== null && !this.isNext(T.COLON)) return start;
    this.need(T.COLON, ':');
    const isEnd = () => this.isNext(T.RIGHT_BRACKET) || this.isNext(T.COMMA);
    const stop = this.isNext(T.COLON) || isEnd() ? null : this.parseExpression();
    const step = this.skip(T.COLON) && !isEnd() ? this.parseExpression() : null;
    return make.Slice(place, { start, stop, step });
  }

  #parseCallOf(callee: Expr): Expr {
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

  #noArguments(place: At, positional: readonly Expr[] = []): Arguments {
    return make.Arguments(place, { positional, keywords: [], restPositional: null, restKeywords: null });
  }

  #parseDottedName(): string {
    const hint = this.isNext(T.PIPE) ? 'Write: a or b.' : undefined;
    let name = this.need(T.SYMBOL, 'name', hint).value;
    while (this.skipOperator('.')) name += `.${this.need(T.SYMBOL, 'name').value}`;
    return name;
  }

  /** Filters after a pipe; with `isInline`, the first one has no pipe (a filter block). */
  protected parseFilters<E extends Expr | null>(start: E, isInline = false): E | Expr {
    let expr: E | Expr = start;
    let isFirst = isInline;
    for (let count = 0; isFirst || this.isNext(T.PIPE); count++) {
      this.checkChain(count);
      if (!isFirst) this.nextToken();
      const place = this.here();
      const name = this.#parseDottedName();
      const args = this.isNext(T.LEFT_PAREN) ? this.parseArguments() : this.#noArguments(place);
      expr = make.Filter(place, { target: expr, name, args });
      isFirst = false;
    }
    return expr;
  }

  #parseTest(target: Expr): Expr {
    const place = at(this.nextToken());
    const isNegated = this.skipSymbol('not');
    const name = this.#parseDottedName();
    const test = make.Test(place, { target, name, args: this.#parseTestArguments(place) });
    return isNegated ? make.Unary(place, { operator: 'not', operand: test }) : test;
  }

  #parseTestArguments(place: At): Arguments {
    if (this.isNext(T.LEFT_PAREN)) return this.parseArguments();
    const token = this.peekToken();
    if (!ARGUMENT_START.has(token.type)) return this.#noArguments(place);
    if (token.type === T.SYMBOL && ['else', 'or', 'and'].includes(token.value))
      return this.#noArguments(place);
    if (token.type === T.SYMBOL && token.value === 'is') {
      this.fail('You cannot chain multiple tests with is');
    }
    return this.#noArguments(place, [this.parsePostfixes(this.parseAtom())]);
  }
}

function isAssign(token: Token): boolean {
  return token.type === T.OPERATOR && token.value === '=';
}
