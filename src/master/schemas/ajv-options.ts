/** How the JSON schemas of requests are read: with keywords of our own, and with errors that show their schema. */
import type { FuncKeywordDefinition, KeywordDefinition, Options } from 'ajv';
import { contentChecks } from './content-checks.js';

type Validate = ReturnType<NonNullable<FuncKeywordDefinition['compile']>>;

/** An annotation: what to say of a value that does not match this schema, always or by the keyword that fails. */
const problem: KeywordDefinition = { keyword: 'problem', schemaType: ['string', 'object'] };

/** One of these words, in any case; the value becomes the word itself. */
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

/** What a text must contain: the name of a check. */
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
