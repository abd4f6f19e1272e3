import { appendFile } from 'node:fs/promises';
import { localFailure } from '../../diagnostics/index.js';
import { replaceFile } from '../../host/index.js';
import { reviewToJson, type Review } from '../../review/index.js';

/** @throws ExternalError */
export async function writeJson(file: string, review: Review): Promise<void> {
  const text = `${JSON.stringify(reviewToJson(review), null, 2)}\n`;
  try {
    await replaceFile(file, text, { durable: false });
  } catch (error) {
    throw localFailure(error, 'write the review', file);
  }
}

/**
 * @param text Markdown
 * @throws ExternalError
 */
export async function appendSummary(file: string, text: string): Promise<void> {
  try {
    await appendFile(file, `${text}\n`);
  } catch (error) {
    throw localFailure(error, 'write the summary of the run', file);
  }
}
