/** The logger of a process: JSON or readable lines on standard error, with secrets masked. */
export { createLogger, logLevels, type LogLevel, type ProcessLogger } from './logger.js';
