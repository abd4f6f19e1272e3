/** Loaded when a log is opened. Not `telemetry` itself: all who import it would then load the whole room. */
export { createLogger, logLevels } from '../../telemetry/index.js';
