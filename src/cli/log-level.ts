import { UsageError } from '../diagnostics/index.js';
import { logLevels, type LogLevel } from '../telemetry/index.js';

/** How much a long-running part says: $LAVAFLOW_LOG_LEVEL, or `info`. @throws UsageError */
export function logLevel(): LogLevel {
  const word = process.env['LAVAFLOW_LOG_LEVEL'] ?? 'info';
  const level = logLevels.find((one) => one === word);
  if (level !== undefined) return level;
  throw new UsageError(`LAVAFLOW_LOG_LEVEL=${word} is no level`, `one of: ${logLevels.join(', ')}`);
}
