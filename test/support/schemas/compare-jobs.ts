import { formatProblem, judgeJob } from '../../../src/job/index.js';
import { parsePython } from '../../../src/pyyaml/index.js';
import { compare, type SchemaComparison } from './compare-devices.js';
import type { SchemaOracle } from './genuine.js';

/** The context variable that the schemas accept besides LAVA's own. */
const extraVariables = ['extra_variable'];

/**
 * Compares our verdict on each job with LAVA's.
 * @param isStrict whether keys that LAVA does not know are rejected, as by `jobs validate --strict`
 */
export async function compareJobs(
  oracle: SchemaOracle,
  release: number,
  texts: readonly string[],
  isStrict: boolean,
): Promise<SchemaComparison> {
  const submission = await oracle.ask(texts.map((text) => ['submission', text]));
  const validation = await oracle.ask(texts.map((text) => [isStrict ? 'strict' : 'validate', text]));
  const verdicts = submission.map((rejection, index) => rejection ?? validation[index] ?? null);
  return compare(texts, verdicts, (text) => {
    const yaml = parsePython(text);
    if (!yaml.ok) return yaml.problem.isLimit ? 'limit' : { rejects: yaml.problem.message };
    const { problems, ignored } = judgeJob(yaml.value, release, extraVariables);
    const rejections = isStrict ? [...problems, ...ignored] : problems;
    return { rejects: rejections.length === 0 ? null : rejections.map(formatProblem).join('; ') };
  });
}
