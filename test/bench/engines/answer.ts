import { createInterface } from 'node:readline';
import type { OracleCase, Outcome } from '../../support/jinja-oracle.js';

/** Reads lines of cases and writes a line with the outcomes of `render` for each, like jinja-oracle.py. */
export async function answer(render: (example: OracleCase) => string): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const { cases } = JSON.parse(line) as { cases: readonly OracleCase[] };
    const outcomes = cases.map((example) => outcomeOf(render, example));
    process.stdout.write(`${JSON.stringify(outcomes)}\n`);
  }
}

function outcomeOf(render: (example: OracleCase) => string, example: OracleCase): Outcome {
  try {
    return { text: render(example) };
  } catch (error) {
    return { error: 'Error', message: error instanceof Error ? error.message : String(error) };
  }
}
