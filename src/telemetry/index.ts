export { createLogger, logLevels, type Log, type LogLevel } from './logger.js';
