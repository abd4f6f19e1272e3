import { T } from '../lexer/tokens.js';
import { make, type Stmt } from './nodes.js';
import { TargetParser } from './targets.js';
import type { At } from './token-parser.js';

/** `include`, `import` and `from`. */
export class ImportParser extends TargetParser {
  #parseContextChoice(otherwise: boolean): boolean {
    if (!this.isNextSymbol('with') && !this.isNextSymbol('without')) return otherwise;
    const after = this.peekAhead();
    if (after.type !== T.SYMBOL || after.value !== 'context') return otherwise;
    const choice = this.nextToken().value === 'with';
    this.nextToken();
    return choice;
  }

  protected parseIncludeTag(place: At): Stmt {
    const template = this.parseExpression();
    let ignoreMissing = false;
    if (this.isNextSymbol('ignore')) {
      const after = this.peekAhead();
      if (after.type === T.SYMBOL && after.value === 'missing') {
        this.drop(2);
        ignoreMissing = true;
      }
    }
    return make.Include(place, { template, ignoreMissing, withContext: this.#parseContextChoice(true) });
  }

  protected parseImportTag(place: At): Stmt {
    const template = this.parseExpression();
    this.needSymbol('as');
    const target = this.parseNameTarget('store').name;
    return make.Import(place, { template, target, withContext: this.#parseContextChoice(false) });
  }

  protected parseFromImport(place: At): Stmt {
    const template = this.parseExpression();
    this.needSymbol('import');
    const names: (readonly [string, string])[] = [];
    while (true) {
      if (names.length > 0) this.need(T.COMMA, ',');
      if (this.#isNextContextChoice()) {
        return make.FromImport(place, { template, names, withContext: this.#parseContextChoice(false) });
      }
      const target = this.parseNameTarget('store');
      if (target.name.startsWith('_')) {
        this.fail(
          'names starting with an underline can not be imported',
          target.lineno,
          target.colno,
          'TemplateAssertionError',
        );
      }
      const alias = this.skipSymbol('as') ? this.parseNameTarget('store').name : target.name;
      names.push([target.name, alias]);
      if (this.#isNextContextChoice() || !this.isNext(T.COMMA)) {
        return make.FromImport(place, { template, names, withContext: this.#parseContextChoice(false) });
      }
    }
  }

  #isNextContextChoice(): boolean {
    if (!this.isNextSymbol('with') && !this.isNextSymbol('without')) return false;
    const after = this.peekAhead();
    return after.type === T.SYMBOL && after.value === 'context';
  }
}
