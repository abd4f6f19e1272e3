import { T } from '../lexer/tokens.js';
import { make, type BinaryOperator, type CompareOperator, type Expr } from './nodes.js';
import { PostfixParser } from './postfixes.js';
import { at } from './token-parser.js';

const COMPARE_OPERATORS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const PRODUCT_OPERATORS: ReadonlySet<string> = new Set(['*', '/', '//', '%']);

/**
 * Jinja2 3.1's operators on nunjucks' token handling. Precedence, from loose to tight:
 * `if else`, `or`, `and`, `not`, comparison, `+ -`, `~`, `* / // %`, `**`, unary, postfix, filters and tests.
 */
export class ExpressionParser extends PostfixParser {
  override parseExpression(withCondition = true): Expr {
    return this.parseNested(() => (withCondition ? this.#parseCondition() : this.#parseOr()));
  }

  #parseCondition(): Expr {
    let expr = this.#parseOr();
    for (let count = 0; this.isNextSymbol('if'); count++) {
      this.checkChain(count);
      const place = at(this.nextToken());
      const test = this.#parseOr();
      const otherwise = this.skipSymbol('else') ? this.parseNested(() => this.#parseCondition()) : null;
      expr = make.CondExpr(place, { test, then: expr, otherwise });
    }
    return expr;
  }

  #isNextProduct(): boolean {
    const token = this.peekToken();
    return token.type === T.OPERATOR && PRODUCT_OPERATORS.has(token.value);
  }

  #parseOr(): Expr {
    let left = this.#parseAnd();
    for (let count = 0; this.isNextSymbol('or'); count++) {
      this.checkChain(count);
      const place = at(this.nextToken());
      left = make.Logical(place, { operator: 'or', left, right: this.#parseAnd() });
    }
    return left;
  }

  #parseAnd(): Expr {
    let left = this.#parseNot();
    for (let count = 0; this.isNextSymbol('and'); count++) {
      this.checkChain(count);
      const place = at(this.nextToken());
      left = make.Logical(place, { operator: 'and', left, right: this.#parseNot() });
    }
    return left;
  }

  #parseNot(): Expr {
    if (!this.isNextSymbol('not')) return this.#parseCompare();
    const place = at(this.nextToken());
    return make.Unary(place, { operator: 'not', operand: this.parseNested(() => this.#parseNot()) });
  }

  #parseCompare(): Expr {
    const left = this.#parseSum();
    const operands = [];
    while (true) {
      const place = this.here();
      const operator = this.#takeCompareOperator();
      if (operator === null) break;
      operands.push(make.Operand(place, { operator, value: this.#parseSum() }));
    }
    const [first] = operands;
    return first === undefined ? left : make.Compare(first, { left, operands });
  }

  #takeCompareOperator(): CompareOperator | null {
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

  #parseSum(): Expr {
    let left = this.#parseConcatenation();
    for (let count = 0; this.isNextOperator('+') || this.isNextOperator('-'); count++) {
      this.checkChain(count);
      const token = this.nextToken();
      left = make.Binary(at(token), {
        operator: token.value as BinaryOperator,
        left,
        right: this.#parseConcatenation(),
      });
    }
    return left;
  }

  #parseConcatenation(): Expr {
    const place = this.here();
    const first = this.#parseProduct();
    if (!this.isNext(T.TILDE)) return first;
    const items = [first];
    while (this.skip(T.TILDE)) items.push(this.#parseProduct());
    return make.Concat(place, { items });
  }

  #parseProduct(): Expr {
    let left = this.#parsePower();
    for (let count = 0; this.#isNextProduct(); count++) {
      this.checkChain(count);
      const token = this.nextToken();
      left = make.Binary(at(token), {
        operator: token.value as BinaryOperator,
        left,
        right: this.#parsePower(),
      });
    }
    return left;
  }

  #parsePower(): Expr {
    let left = this.#parseUnaryExpression();
    for (let count = 0; this.isNextOperator('**'); count++) {
      this.checkChain(count);
      const place = at(this.nextToken());
      left = make.Binary(place, { operator: '**', left, right: this.#parseUnaryExpression() });
    }
    return left;
  }

  /** A minus binds looser than a postfix, but a filter applies to the whole: `-1|abs` is `(-1)|abs`. */
  #parseUnaryExpression(withFilter = true): Expr {
    const token = this.peekToken();
    let expr: Expr;
    if (token.type === T.OPERATOR && (token.value === '-' || token.value === '+')) {
      this.nextToken();
      const operand = this.parseNested(() => this.#parseUnaryExpression(false));
      expr = make.Unary(at(token), { operator: token.value, operand });
    } else {
      expr = this.parseAtom();
    }
    expr = this.parsePostfixes(expr);
    return withFilter ? this.parseFiltersAndTests(expr) : expr;
  }
}
