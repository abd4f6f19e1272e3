import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const usesStockLava = /from '[^']*\/stock-(lava|target)\.js'/;

/**
 * The order of test files. One stock LAVA at a time can run on a machine, and a file that waits for it holds a worker
 * that others could use: so those files stand as far apart as they can among the other long ones.
 */
export class FileOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ordered = await super.sort(files);
    const real = ordered.filter(({ project }) => project.name === 'real');
    const stock = real.filter(({ moduleId }) => usesStockLava.test(readFileSync(moduleId, 'utf8')));
    const others = real.filter((file) => !stock.includes(file));
    return [...spread(stock, others), ...ordered.filter(({ project }) => project.name !== 'real')];
  }
}

/** `few` at equal distances among `many`: the first one in front, and some of the others behind the last one. */
function spread<T>(few: readonly T[], many: readonly T[]): T[] {
  const distance = Math.floor(many.length / (few.length + 1));
  const rest = many.slice(few.length * distance);
  return [
    ...few.flatMap((one, index) => [one, ...many.slice(index * distance, (index + 1) * distance)]),
    ...rest,
  ];
}
