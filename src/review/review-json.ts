import { claimKinds } from '../lab/index.js';
import { objectKinds, verbs } from '../model/index.js';
import { annotationsOf, type Annotation } from './annotations.js';
import type { Review } from './review.js';

const format = 'lavaflow-review';
const version = 1;

/** The JSON form of a review, as `schemas/review.schema.json` describes it. */
export interface ReviewJson extends Review {
  readonly format: typeof format;
  readonly version: typeof version;
  readonly annotations: readonly Annotation[];
}

export function reviewToJson(review: Review): ReviewJson {
  return { format, version, ...review, annotations: annotationsOf(review) };
}

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const natural = { type: 'integer', minimum: 0 } as const;
const commit = { type: 'string', pattern: '^([0-9a-f]{40}|[0-9a-f]{64})(\\+local)?$' } as const;
const verb = { type: 'string', enum: verbs } as const;
const key = { type: 'string', pattern: `^(${objectKinds.join('|')})/` } as const;

function objectOf<P extends object>(properties: P, optional: readonly (keyof P)[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name as keyof P));
  return { type: 'object', additionalProperties: false, required, properties } as const;
}

const finding = objectOf(
  {
    code: text,
    severity: { type: 'string', enum: ['error', 'warning', 'note'] },
    message: text,
    place: objectOf({ file: text, line: natural, column: natural }, ['line', 'column']),
    hint: text,
  },
  ['hint'],
);

/** Published as schemas/review.schema.json. */
export const reviewSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Review',
  description: 'The output of lavaflow review --format json.',
  ...objectOf({
    format: { const: format },
    version: { const: version },
    base: commit,
    rulesFrom: commit,
    head: commit,
    verdict: objectOf({ code: { type: 'integer', enum: [0, 2, 3] }, text }),
    approvals: {
      type: 'array',
      items: objectOf(
        {
          site: { type: ['string', 'null'] },
          owners: texts,
          reasons: { type: 'array', items: objectOf({ why: text, what: texts }) },
          agreed: objectOf({ by: text, as: { type: 'string', enum: ['author', 'reviewer'] } }),
        },
        ['agreed'],
      ),
    },
    hazards: {
      type: 'array',
      items: objectOf({
        rule: { type: ['string', 'null'] },
        reason: text,
        objects: { type: 'array', items: key },
        fields: texts,
      }),
    },
    findings: objectOf({
      new: { type: 'array', items: finding },
      existing: { type: 'array', items: finding },
    }),
    conflicts: {
      type: 'array',
      items: objectOf({
        kind: { type: 'string', enum: claimKinds },
        resource: text,
        devices: texts,
        with: texts,
        other: { oneOf: [{ type: 'null' }, objectOf({ name: text, revision: commit })] },
      }),
    },
    masters: {
      type: 'array',
      items: objectOf({
        master: text,
        counts: objectOf(Object.fromEntries(verbs.map((one) => [one, natural]))),
        changes: {
          type: 'array',
          items: objectOf({ key, verb, fields: texts, reason: text }, ['reason']),
        },
        rendered: {
          type: 'array',
          items: objectOf(
            {
              kind: text,
              cause: text,
              devices: texts,
              count: natural,
              diff: texts,
              isAlike: { type: 'boolean' },
              reason: text,
            },
            ['isAlike', 'reason'],
          ),
        },
      }),
    },
    rules: texts,
    notChecked: texts,
    annotations: {
      type: 'array',
      items: objectOf(
        {
          path: text,
          line: natural,
          column: natural,
          level: { type: 'string', enum: ['failure', 'warning', 'notice'] },
          title: text,
          text,
        },
        ['column'],
      ),
    },
  }),
} as const;
