import { UsageError } from '../../diagnostics/index.js';
import { listTracked } from '../../git/index.js';

/**
 * @throws UsageError when a file of the state directory is committed
 * @throws ExternalError when git fails
 */
export async function expectNotCommitted(lab: string, stateDirectory: string): Promise<void> {
  const [first] = await listTracked(lab, stateDirectory);
  if (first === undefined) return;
  throw new UsageError(
    `${first} is committed, but lavaflow's local state must not be`,
    `Remove it with \`git rm -r --cached ${stateDirectory}\`, and add \`${stateDirectory}/\` to .gitignore.`,
  );
}
