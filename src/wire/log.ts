/**
 * Where the runtime tells people what happens. A pino logger fits. Messages are constant text, values are in `fields`,
 * and never a secret among them.
 */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
