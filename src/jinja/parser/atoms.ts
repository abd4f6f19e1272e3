import { describeToken, T } from '../lexer/tokens.js';
import { makeFloat } from '../values/float.js';
import { parseIntegerLiteral } from '../values/integer.js';
import { make, type Expr } from './nodes.js';
import { at, TokenParser } from './token-parser.js';

const CONSTANTS: Readonly<Record<string, boolean | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};

/** Names, literals and bracketed expressions. */
export abstract class AtomParser extends TokenParser {
  abstract parseExpression(withCondition?: boolean): Expr;

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
        return this.#parseList();
      case T.LEFT_CURLY:
        return this.#parseDict();
      default:
        return this.failAt(
          place,
          `unexpected '${describeToken(token)}'`,
          token.type === T.RIGHT_CURLY
            ? 'Add the missing closing bracket before the end of the tag.'
            : undefined,
        );
    }
  }

  /**
   * One expression, or several separated by commas as a tuple. `until` names a symbol that ends the tuple;
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
      if (this.#isTupleEnd(options.until)) break;
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

  #isTupleEnd(until: string | undefined): boolean {
    if (this.isNext(T.VARIABLE_END) || this.isNext(T.BLOCK_END) || this.isNext(T.RIGHT_PAREN)) return true;
    return until !== undefined && this.isNextSymbol(until);
  }

  #parseList(): Expr {
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

  #parseDict(): Expr {
    const place = at(this.need(T.LEFT_CURLY, '{'));
    const pairs = [];
    while (!this.isNext(T.RIGHT_CURLY)) {
      if (pairs.length > 0) this.need(T.COMMA, ',');
      if (this.isNext(T.RIGHT_CURLY)) break;
      const key = this.parseExpression();
      this.need(T.COLON, ':', this.#hintForColon(key));
      pairs.push(make.Pair(key, { key, value: this.parseExpression() }));
    }
    this.need(T.RIGHT_CURLY, '}');
    return make.Dict(place, { pairs });
  }

  #hintForColon(key: Expr): string | undefined {
    if (this.isNextOperator('=')) return 'Write {key: value}.';
    if (!this.isNext(T.RIGHT_CURLY)) return undefined;
    return key.typename === 'Name'
      ? 'Write variables without braces inside a tag.'
      : 'Write a colon between each key and its value: {"key": "value"}.';
  }
}
