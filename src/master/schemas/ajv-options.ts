/** Options for the JSON schemas of requests: our own keywords, and errors that include their schema. */
import type { FuncKeywordDefinition, KeywordDefinition, Options } from 'ajv';
import { contentChecks } from './content-checks.js';

type Validate = ReturnType<NonNullable<FuncKeywordDefinition['compile']>>;

/** An annotation: the message for values that do not match this schema, for all keywords or per keyword. */
const problem: KeywordDefinition = { keyword: 'problem', schemaType: ['string', 'object'] };

/** The value must be one of these words, in upper or lower case; it is replaced with the word. */
const wordOf: FuncKeywordDefinition = {
  keyword: 'wordOf',
  schemaType: 'array',
  modifying: true,
  compile(words: readonly string[]) {
    return (value: unknown, place) => {
      const found = words.find((word) => typeof value === 'string' && word.toLowerCase() === value.toLowerCase());
      if (found === undefined || place === undefined) return false;
      (place.parentData as Record<string, unknown>)[place.parentDataProperty] = found;
      return true;
    };
  },
};

/** The name of the check for the content of a string. */
const content: FuncKeywordDefinition = {
  keyword: 'content',
  type: 'string',
  schemaType: 'string',
  errors: true,
  compile(name: keyof typeof contentChecks) {
    const check = contentChecks[name];
    const validate: Validate = (value: string) => {
      const message = check(value);
      validate.errors = message === null ? [] : [{ keyword: 'content', message }];
      return message === null;
    };
    return validate;
  },
};

export const ajvOptions = {
  keywords: [problem, wordOf, content],
  allowUnionTypes: true,
  verbose: true,
} as const satisfies Options;
