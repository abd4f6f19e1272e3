import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const usesStockLava = /from '[^']*\/(stock-lava\/start|stock-target)\.js'/;

/**
 * The slowest files, slowest first, by `scripts/slowest-tests.js`. File size does not matter: most are short and
 * call a contract.
 */
const slowest = [
  'contract/lava/stock-lava',
  'contract/lava/stock-faults',
  'contract/lava/stock-traps',
  'integration/executor-stock',
  'e2e/import',
  'e2e/drift',
  'contract/lava/stock-thousand',
  'e2e/findings',
  'contract/records/git-records',
  'integration/reconcile/two-at-once',
  'e2e/up',
  'e2e/kill',
  'integration/dispatcher-kill',
  'e2e/records-in-refs',
  'integration/executor-board',
  'contract/lava/simulated-faults',
  'contract/lava/simulated-master',
  'integration/jinja/device-types',
  'contract/lava/stock-sync',
  'integration/executor-stock-master',
];

/**
 * The order of test files. Long files first, so that none of them runs alone at the end; unit tests last, because
 * they fill the gaps. Only one file at a time can use the stock LAVA of a release, and a file that waits for it occupies a
 * worker: those files are spread evenly among the others.
 */
export class FileOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ordered = (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
    const real = ordered.filter(({ project }) => project.name !== 'unit');
    const stock = real.filter(({ moduleId }) => usesStockLava.test(readFileSync(moduleId, 'utf8')));
    const others = real.filter((file) => !stock.includes(file));
    return [...spread(stock, others), ...ordered.filter(({ project }) => project.name === 'unit')];
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = slowest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return index === -1 ? slowest.length : index;
}

/** `few` at equal distances among `many`: the first one at the start, and possibly some after the last one. */
function spread<T>(few: readonly T[], many: readonly T[]): T[] {
  const distance = Math.floor(many.length / (few.length + 1));
  const rest = many.slice(few.length * distance);
  return [
    ...few.flatMap((one, index) => [one, ...many.slice(index * distance, (index + 1) * distance)]),
    ...rest,
  ];
}
