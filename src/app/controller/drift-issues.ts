import type { Log } from '../../diagnostics/index.js';
import { ProgramError, runProgram } from '../../host/index.js';
import { executableFile } from '../../package/index.js';

/** Exit codes of a report that succeeded: changes that are not applied yet, drift. */
const reported = [2, 5];
const timeoutMs = 30 * 60 * 1000;
const maxOutputBytes = 16 * 1024 * 1024;

/**
 * Runs `lavaflow github drift` for a lab. In a process of its own, because the controller runs for months: it needs the memory only
 * while it runs, and can be killed at any point.
 * @throws ProgramError
 */
export async function reportDriftIssues(
  options: { readonly lab: string; readonly records: string; readonly repository: string; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  const { lab, records, repository, log } = options;
  const args = ['github', 'drift', '--lab', lab, '--records', records];
  const env = { ...process.env, GITHUB_REPOSITORY: repository } as Record<string, string>;
  try {
    const limits = { timeoutMs, maxBytes: maxOutputBytes, signal };
    await runProgram(process.execPath, [executableFile(), ...args], { cwd: lab, env, ...limits });
  } catch (error) {
    if (!(error instanceof ProgramError) || !reported.includes(error.exitCode ?? 1)) throw error;
  }
  log.info({ repository }, 'issues about drift updated');
}
