import { Ajv } from 'ajv';
import { expect, test } from 'vitest';

import { schemas } from '../../../src/lab/index.js';

/** The program does not check its schemas at every start. */
test.each(Object.entries(schemas))('the schema %s is a valid JSON Schema in strict mode', (_, schema) => {
  const ajv = new Ajv({ allowUnionTypes: true, strict: true, strictRequired: false, strictTuples: false });
  expect(ajv.validateSchema(schema)).toBe(true);
  expect(() => ajv.compile(schema)).not.toThrow();
});
