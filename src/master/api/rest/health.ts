import { HttpProblem } from '../problem.js';

/** A health in any case, as LAVA takes it. @throws HttpProblem 400 that lists the words */
export function healthOf<T extends string>(words: readonly T[], value: unknown): T {
  const found = words.find((word) => typeof value === 'string' && word.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  throw new HttpProblem(400, `health must be one of ${words.join(', ')}.`, {
    health: [`must be one of ${words.join(', ')}.`],
  });
}
