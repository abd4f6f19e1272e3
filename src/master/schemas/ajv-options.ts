/** How the JSON schemas of requests are read: with keywords of our own, and with errors that say where they come from. */
import type { FuncKeywordDefinition, KeywordDefinition, Options } from 'ajv';

/** An annotation: what to say when a value does not match this schema. */
const problem: KeywordDefinition = { keyword: 'problem', schemaType: 'string' };

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

export const ajvOptions = {
  keywords: [problem, wordOf],
  allowUnionTypes: true,
  verbose: true,
} as const satisfies Options;
