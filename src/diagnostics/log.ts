/**
 * Where a part of lavaflow reports what it does; every part has this one interface. A pino logger implements it
 * (src/telemetry). Messages are constant text, values go into `fields`, and a secret never does.
 */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
