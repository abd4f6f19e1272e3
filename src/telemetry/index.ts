/**
 * What a process shows of itself: its log, as JSON or readable lines on standard error with secrets masked, and the
 * controller's status, as a file and over HTTP.
 */
export { createLogger, logLevels, type LogLevel, type ProcessLogger } from './logger.js';
export { startStatusServer, type StatusServer, type StatusServerOptions } from './status-server.js';
export { openStatusFile } from './status-file.js';
