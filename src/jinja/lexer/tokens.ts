import lexer from 'nunjucks/src/lexer.js';

/** The token types of nunjucks' parser that Jinja2's language needs. */
export const T = {
  STRING: lexer.TOKEN_STRING,
  DATA: lexer.TOKEN_DATA,
  BLOCK_START: lexer.TOKEN_BLOCK_START,
  BLOCK_END: lexer.TOKEN_BLOCK_END,
  VARIABLE_START: lexer.TOKEN_VARIABLE_START,
  VARIABLE_END: lexer.TOKEN_VARIABLE_END,
  LEFT_PAREN: lexer.TOKEN_LEFT_PAREN,
  RIGHT_PAREN: lexer.TOKEN_RIGHT_PAREN,
  LEFT_BRACKET: lexer.TOKEN_LEFT_BRACKET,
  RIGHT_BRACKET: lexer.TOKEN_RIGHT_BRACKET,
  LEFT_CURLY: lexer.TOKEN_LEFT_CURLY,
  RIGHT_CURLY: lexer.TOKEN_RIGHT_CURLY,
  OPERATOR: lexer.TOKEN_OPERATOR,
  COMMA: lexer.TOKEN_COMMA,
  COLON: lexer.TOKEN_COLON,
  TILDE: lexer.TOKEN_TILDE,
  PIPE: lexer.TOKEN_PIPE,
  INT: lexer.TOKEN_INT,
  FLOAT: lexer.TOKEN_FLOAT,
  SYMBOL: lexer.TOKEN_SYMBOL,
  /** Not from nunjucks: the end of the template. */
  END: 'end',
} as const;

/** A token; `lineno` and `colno` count from 0, as nunjucks has it, columns in code points. */
export interface Token {
  readonly type: string;
  readonly value: string;
  readonly lineno: number;
  readonly colno: number;
}

const NAMES: Readonly<Record<string, string>> = {
  [T.DATA]: 'template data / text',
  [T.BLOCK_START]: 'begin of statement block',
  [T.BLOCK_END]: 'end of statement block',
  [T.VARIABLE_START]: 'begin of print statement',
  [T.VARIABLE_END]: 'end of print statement',
  [T.INT]: 'integer',
  [T.FLOAT]: 'float',
  [T.STRING]: 'string',
  [T.END]: 'end of template',
};

/** A token as an error message names it. */
export function describeToken(token: Token): string {
  return NAMES[token.type] ?? token.value;
}
