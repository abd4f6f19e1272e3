import { Ajv } from 'ajv';
import { reviewSchema, type ReviewJson } from './review-json.js';
import type { Review } from './review.js';

/** Larger than the review of a change that affects every device of a large lab. */
export const longestReview = 64 * 1024 * 1024;

/**
 * Reads the JSON form of a review that somebody else wrote. Its texts are as hostile as the change itself; the formatters
 * escape them.
 * @returns the review, or why the text is none
 */
export function readReviewJson(text: string): { readonly review: Review } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'it is not JSON' };
  }
  const ajv = new Ajv();
  if (!ajv.validate<ReviewJson>(reviewSchema, value)) {
    return { problem: ajv.errorsText(ajv.errors?.slice(0, 1), { dataVar: 'it' }).slice(0, 300) };
  }
  const { base, rulesFrom, head, verdict, approvals, hazards, findings, conflicts } = value;
  const { masters, rules, notChecked } = value;
  return {
    review: {
      base,
      rulesFrom,
      head,
      verdict,
      approvals,
      hazards,
      findings,
      conflicts,
      masters,
      rules,
      notChecked,
    },
  };
}
