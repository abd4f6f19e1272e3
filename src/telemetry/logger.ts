import { pino, type Logger } from 'pino';
import { prettyLine } from './pretty.js';
import { createSecretSet } from './redaction.js';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface ProcessLogger {
  readonly logger: Logger;
  /** Masks this value in every line written from now on. */
  addSecret(secret: string): void;
}

/**
 * A logger that writes to standard error: standard output belongs to a command's result.
 * @param options.pretty lines for people instead of JSON
 * @param options.destination receives whole lines instead of standard error
 */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly pretty: boolean;
  readonly destination?: (line: string) => void;
}): ProcessLogger {
  const secrets = createSecretSet();
  const write =
    options.destination ??
    ((line: string): void => {
      process.stderr.write(line);
    });
  const stream = {
    write(line: string): void {
      const masked = secrets.mask(line);
      write(options.pretty ? prettyLine(masked) : masked);
    },
  };
  const logger = pino({ level: options.level, base: null, serializers: { error: describeError } }, stream);
  return {
    logger,
    addSecret: (secret) => {
      secrets.add(secret);
    },
  };
}

/** The message of an error, because JSON alone would keep only its code. The stack is included for bugs. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack } = error;
  const isFromOutside = name === 'ExternalError' || name === 'UsageError';
  return isFromOutside ? { name, message } : { name, message, stack };
}
