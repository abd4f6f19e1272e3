import { T } from '../lexer/tokens.js';
import { ExpressionParser } from './expressions.js';
import { make, type Expr, type Name } from './nodes.js';
import { at } from './token-parser.js';

const RESERVED: ReadonlySet<string> = new Set(['true', 'false', 'none', 'True', 'False', 'None']);

/** Names that are assigned: the left side of an assignment, the variables of a loop, the parameters of a macro. */
export class TargetParser extends ExpressionParser {
  protected parseSignatureNames(): { args: Name[]; defaults: Expr[] } {
    const args: Name[] = [];
    const defaults: Expr[] = [];
    this.need(T.LEFT_PAREN, '(');
    while (!this.isNext(T.RIGHT_PAREN)) {
      if (args.length > 0) this.need(T.COMMA, ',');
      const arg = this.parseNameTarget('param');
      if (this.skipOperator('=')) defaults.push(this.parseExpression());
      else if (defaults.length > 0) this.fail('non-default argument follows default argument');
      args.push(arg);
    }
    this.need(T.RIGHT_PAREN, ')');
    return { args, defaults };
  }

  protected parseNameTarget(use: Name['use']): Name {
    const token = this.need(T.SYMBOL, 'name');
    if (RESERVED.has(token.value)) this.failAt(at(token), `can't assign to 'name'`);
    return make.Name(at(token), { name: token.value, use });
  }

  protected parseTarget(options: { until?: string; withNamespace?: boolean; use?: Name['use'] }): Expr {
    if (options.withNamespace === true && this.isNext(T.SYMBOL)) {
      const dot = this.peekAhead();
      if (dot.type === T.OPERATOR && dot.value === '.') {
        const token = this.nextToken();
        this.nextToken();
        return make.NSRef(at(token), { name: token.value, attr: this.need(T.SYMBOL, 'name').value });
      }
    }
    const use = options.use ?? 'store';
    const target = this.parseTuple({
      isSimple: true,
      ...(options.until === undefined ? {} : { until: options.until }),
    });
    return this.#toTarget(target, use);
  }

  #toTarget(expr: Expr, use: Name['use']): Expr {
    if (expr.typename === 'Name') return make.Name(expr, { name: expr.name, use });
    if (expr.typename === 'Tuple') {
      return make.Tuple(expr, { items: expr.items.map((item) => this.#toTarget(item, use)) });
    }
    return this.failAt(expr, `can't assign to '${expr.typename.toLowerCase()}'`);
  }
}
