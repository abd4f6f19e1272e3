import { Tokenizer, isSpace } from '../lexer/tokenizer.js';
import { describeToken, T, type Token } from '../lexer/tokens.js';
import { maximumDepth } from '../limits.js';
import { hintForTag } from '../lexer/hints.js';
import { ImportParser } from './imports.js';
import {
  make,
  type Expr,
  type Filter,
  type If,
  type Stmt,
  type TemplateData,
  type TemplateNode,
} from './nodes.js';
import { at, type At } from './token-parser.js';

/** The keywords of tags, except those that end or continue another tag. */
const TAGS = 'autoescape block call extends filter for from if import include macro print raw set with'.split(
  ' ',
);

/** Jinja2 3.1's statements; the token after a `parse...` of a statement is always the end of its last tag. */
class StatementParser extends ImportParser {
  /** The open tags, for the error about one that is never closed. */
  readonly #openTags: Token[] = [];
  readonly #wanted: (readonly string[])[] = [];

  parseTemplate(): TemplateNode {
    const body = this.#parseBody(null);
    return make.Template({ lineno: 1, colno: 1 }, { body });
  }

  /** Text, output and statements up to one of the `ends` tags, whose name is then the next token. */
  #parseBody(ends: readonly string[] | null): Stmt[] {
    const body: Stmt[] = [];
    let parts: (Expr | TemplateData)[] = [];
    const flush = () => {
      const [first] = parts;
      if (first !== undefined) body.push(make.Output(first, { parts }));
      parts = [];
    };
    if (ends !== null) this.#wanted.push(ends);
    if (this.#wanted.length > maximumDepth()) this.failTooDeep();
    while (true) {
      const token = this.nextToken();
      if (token.type === T.DATA) {
        parts.push(make.TemplateData(at(token), { text: token.value }));
      } else if (token.type === T.VARIABLE_START) {
        this.tagStart = token;
        parts.push(this.parseTuple({}));
        this.needEnd(T.VARIABLE_END);
      } else if (token.type === T.BLOCK_START) {
        flush();
        this.tagStart = token;
        const name = this.peekToken();
        if (ends !== null && name.type === T.SYMBOL && ends.includes(name.value)) break;
        body.push(this.#parseStatementTag());
        this.needEnd(T.BLOCK_END);
      } else {
        if (ends !== null) this.#failUnclosed(null, at(token));
        break;
      }
    }
    flush();
    if (ends !== null) this.#wanted.pop();
    return body;
  }

  /** The body of a statement whose tag ends here; leaves the name of the end tag as the next token. */
  #parseStatements(...ends: readonly string[]): Stmt[] {
    this.skip(T.COLON);
    this.needEnd(T.BLOCK_END);
    return this.#parseBody(ends);
  }

  #parseStatementTag(): Stmt {
    const token = this.peekToken();
    if (token.type !== T.SYMBOL) this.failAt(at(token), 'tag name expected');
    const parse = this.#statementOf(token.value);
    if (parse === undefined) return this.#failUnclosed(token.value, at(token));
    this.nextToken();
    this.#openTags.push(token);
    const statement = parse(at(token));
    this.#openTags.pop();
    return statement;
  }

  #statementOf(tag: string): ((place: At) => Stmt) | undefined {
    switch (tag) {
      case 'for':
        return (place) => this.#parseForLoop(place);
      case 'if':
        return (place) => this.#parseIfChain(place);
      case 'block':
        return (place) => this.#parseNamedBlock(place);
      case 'extends':
        return (place) => make.Extends(place, { template: this.parseExpression() });
      case 'print':
        return (place) => this.#parsePrint(place);
      case 'macro':
        return (place) => this.#parseMacroDefinition(place);
      case 'include':
        return (place) => this.parseIncludeTag(place);
      case 'from':
        return (place) => this.parseFromImport(place);
      case 'import':
        return (place) => this.parseImportTag(place);
      case 'set':
        return (place) => this.#parseAssignment(place);
      case 'with':
        return (place) => this.#parseWithBlock(place);
      case 'autoescape':
        return (place) => this.#parseAutoescape(place);
      case 'call':
        return (place) => this.#parseCallBlock(place);
      case 'filter':
        return (place) => this.#parseFilterBlock(place);
      default:
        return undefined;
    }
  }

  #failUnclosed(tag: string | null, place: At): never {
    const looking = this.#wanted.at(-1);
    const names = looking?.map((name) => `'${name}'`).join(' or ');
    const parts = [tag === null ? 'Unexpected end of template.' : `Encountered unknown tag '${tag}'.`];
    if (names !== undefined) {
      const isMisnested = tag !== null && this.#wanted.some((ends) => ends.includes(tag));
      parts.push(
        isMisnested
          ? `You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for ${names}.`
          : `Jinja was looking for the following tags: ${names}.`,
      );
    }
    const open = this.#openTags.at(-1);
    if (open !== undefined) parts.push(`The innermost block that needs to be closed is '${open.value}'.`);
    return this.failAt(place, parts.join(' '), this.#hintForUnclosed(tag));
  }

  #hintForUnclosed(tag: string | null): string | undefined {
    const open = this.#openTags.at(-1);
    const isMisnested = tag !== null && this.#wanted.some((ends) => ends.includes(tag));
    if (tag !== null && !isMisnested) return hintForTag(tag, [...TAGS, ...(this.#wanted.at(-1) ?? [])]);
    if (open?.value === 'set')
      return 'Add the missing value, or close the block: {% set name %} without = starts a block.';
    return open === undefined ? undefined : `Close the '${open.value}' on line ${open.lineno + 1}.`;
  }

  #parseForLoop(place: At): Stmt {
    const target = this.parseTarget({ until: 'in' });
    this.needSymbol('in');
    const iter = this.parseTuple({ withCondition: false, until: 'recursive' });
    const test = this.skipSymbol('if') ? this.parseExpression() : null;
    const recursive = this.skipSymbol('recursive');
    const body = this.#parseStatements('endfor', 'else');
    const otherwise = this.nextToken().value === 'else' ? this.#parseStatements('endfor') : null;
    if (otherwise !== null) this.nextToken();
    return make.For(place, { target, iter, body, otherwise: otherwise ?? [], test, recursive });
  }

  #parseIfChain(place: At): Stmt {
    const test = this.parseTuple({ withCondition: false });
    const body = this.#parseStatements('elif', 'else', 'endif');
    const elifs: If[] = [];
    let otherwise: Stmt[] = [];
    while (true) {
      const tag = this.nextToken();
      if (tag.value === 'elif') {
        const elifTest = this.parseTuple({ withCondition: false });
        const elifBody = this.#parseStatements('elif', 'else', 'endif');
        elifs.push(make.If(at(tag), { test: elifTest, body: elifBody, elifs: [], otherwise: [] }));
        continue;
      }
      if (tag.value === 'else') {
        otherwise = this.#parseStatements('endif');
        this.nextToken();
      }
      return make.If(place, { test, body, elifs, otherwise });
    }
  }

  #parseNamedBlock(place: At): Stmt {
    const name = this.need(T.SYMBOL, 'name').value;
    const scoped = this.skipSymbol('scoped');
    const required = this.skipSymbol('required');
    if (this.isNextOperator('-')) {
      this.fail(
        'Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.',
      );
    }
    const body = this.#parseStatements('endblock');
    this.nextToken();
    if (required) this.#checkBlank(body);
    this.skipSymbol(name);
    if (this.isNext(T.SYMBOL))
      this.needEnd(T.BLOCK_END, `Use the name of the block that ends here: '${name}'.`);
    return make.Block(place, { name, body, scoped, required });
  }

  #checkBlank(body: readonly Stmt[]): void {
    const other = body.find((statement) => !isBlank(statement));
    if (other === undefined) return;
    const message = 'Required blocks can only contain comments or whitespace';
    if (other.typename === 'Output') this.fail(message, other.lineno, other.colno);
    // Jinja2 3.1.2 searches the texts of a statement, which has none.
    this.fail(message, other.lineno, other.colno, 'AttributeError');
  }

  #parsePrint(place: At): Stmt {
    const parts: Expr[] = [];
    while (!this.isNext(T.BLOCK_END)) {
      if (parts.length > 0) this.need(T.COMMA, ',');
      parts.push(this.parseExpression());
    }
    return make.Output(place, { parts });
  }

  #parseMacroDefinition(place: At): Stmt {
    const { name } = this.parseNameTarget('store');
    const signature = this.parseSignatureNames();
    const body = this.#parseStatements('endmacro');
    this.nextToken();
    return make.Macro(place, { name, ...signature, body });
  }

  #parseCallBlock(place: At): Stmt {
    const signature = this.isNext(T.LEFT_PAREN) ? this.parseSignatureNames() : { args: [], defaults: [] };
    const call = this.parseExpression();
    if (call.typename !== 'Call') return this.failAt(place, 'expected call');
    const body = this.#parseStatements('endcall');
    this.nextToken();
    return make.CallBlock(place, { call, ...signature, body });
  }

  #parseFilterBlock(place: At): Stmt {
    const filter = this.parseFilters(null, true) as Filter;
    const body = this.#parseStatements('endfilter');
    this.nextToken();
    return make.FilterBlock(place, { filter, body });
  }

  #parseWithBlock(place: At): Stmt {
    const targets: Expr[] = [];
    const values: Expr[] = [];
    while (!this.isNext(T.BLOCK_END)) {
      if (targets.length > 0) this.need(T.COMMA, ',');
      targets.push(this.parseTarget({ use: 'param' }));
      if (!this.skipOperator('=')) {
        this.fail(`expected token '=', got '${describeToken(this.peekToken())}'`);
      }
      values.push(this.parseExpression());
    }
    const body = this.#parseStatements('endwith');
    this.nextToken();
    return make.With(place, { targets, values, body });
  }

  #parseAutoescape(place: At): Stmt {
    const enabled = this.parseExpression();
    const body = this.#parseStatements('endautoescape');
    this.nextToken();
    return make.Autoescape(place, { enabled, body });
  }

  #parseAssignment(place: At): Stmt {
    const target = this.parseTarget({ withNamespace: true });
    if (this.skipOperator('=')) return make.Assign(place, { target, value: this.parseTuple({}) });
    const filter = this.parseFilters(null) as Filter | null;
    // Jinja2 accepts a colon here, as after every other tag with a body.
    const hint = this.skip(T.COLON) ? 'Use = to assign a value.' : undefined;
    if (hint !== undefined && !this.isNext(T.BLOCK_END)) this.needEnd(T.BLOCK_END, hint);
    const body = this.#parseStatements('endset');
    this.nextToken();
    return make.AssignBlock(place, { target, filter, body });
  }
}

function isBlank(statement: Stmt): boolean {
  return (
    statement.typename === 'Output' &&
    statement.parts.every((part) => part.typename === 'TemplateData' && isSpace(part.text))
  );
}

/** The tree of a template. Throws Raised (a syntax error, or a limit on nesting). */
export function parseTemplate(text: string, file: string): TemplateNode {
  return new StatementParser(new Tokenizer(text, file), file).parseTemplate();
}
