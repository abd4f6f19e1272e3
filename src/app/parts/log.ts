import { UsageError } from '../../diagnostics/index.js';
import type { ProcessLogger } from '../../telemetry/index.js';

/**
 * Opens the log of a part: it goes to standard error, at the level of `$LAVAFLOW_LOG_LEVEL` (default: `info`).
 * @param pretty lines for people instead of JSON
 * @throws UsageError when the variable does not name a level
 */
export async function openLog(pretty: boolean): Promise<ProcessLogger> {
  const { createLogger, logLevels } = await import('./logger.js');
  const word = process.env['LAVAFLOW_LOG_LEVEL'] ?? 'info';
  const level = logLevels.find((one) => one === word);
  if (level !== undefined) return createLogger({ level, pretty });
  throw new UsageError(
    `LAVAFLOW_LOG_LEVEL=${word} is not a level`,
    `Specify one of: ${logLevels.join(', ')}.`,
  );
}
