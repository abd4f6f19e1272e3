import type { TestResult } from '../states.js';
import { isMapping, parseYaml } from '../../pyyaml/index.js';

/** What `reported_by` of a result is when the dispatcher wrote it, because the executor died without one. */
const dispatcherReports = 'dispatcher';

/** A `results` line: one test case (LAVA 2020.05 to 2023.01, section "log channel" of docs/master.md). */
export interface ReportedCase {
  readonly suite: string;
  readonly name: string;
  readonly result: TestResult;
  readonly testSet: string | null;
  readonly measurement: string | null;
  readonly units: string;
  readonly startLogLine: number | null;
  readonly endLogLine: number | null;
  readonly errorType: string | null;
  readonly errorMessage: string | null;
  /** Whether the executor itself reported this. False: the dispatcher did, because the executor could not. */
  readonly isReported: boolean;
  /** Everything that was reported, for people; truncated if it is long. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** `marker`: the start or end of a test case, which LAVA neither stores nor shows. `null`: not a log line. */
export type LogLine =
  { readonly kind: 'text' | 'marker' } | { readonly kind: 'result'; readonly case: ReportedCase };

const results: readonly TestResult[] = ['pass', 'fail', 'skip', 'unknown'];
const maxMetadataLength = 4096;

/** LAVA's limits of a suite, a set and units (2023.01). LAVA does not limit the name of a case. */
const maxLengths = { suite: 200, set: 200, units: 100, name: 1000, errorMessage: 10_000 } as const;

/** Parses one line of a job's log: a flow mapping with `dt`, `lvl` and `msg`. Most are JSON; stock LAVA writes YAML. */
export function readLogLine(line: string): LogLine | null {
  const read = readJsonLine(line);
  return read === 'not-json' ? readYamlLine(line) : read;
}

/** As {@link readLogLine}, for lines in JSON, which cost little. */
export function readJsonLine(line: string): LogLine | null | 'not-json' {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not-json';
  }
  return logLineOf(value);
}

/** As {@link readLogLine}, for lines that are not JSON. */
export function readYamlLine(line: string): LogLine | null {
  const yaml = parseYaml(line);
  return yaml.ok ? logLineOf(yaml.value) : null;
}

function logLineOf(value: unknown): LogLine | null {
  if (!isMapping(value)) return null;
  const { lvl, msg } = value;
  if (typeof lvl !== 'string' || msg === undefined) return null;
  if (lvl === 'marker') return { kind: 'marker' };
  const reported = lvl === 'results' && isMapping(msg) ? readCase(msg) : null;
  return reported === null ? { kind: 'text' } : { kind: 'result', case: reported };
}

function readCase(msg: Readonly<Record<string, unknown>>): ReportedCase | null {
  const { definition, case: name, result } = msg;
  if (typeof definition !== 'string' || definition === '' || definition.length > maxLengths.suite)
    return null;
  if (typeof name !== 'string' || name === '' || name.length > maxLengths.name) return null;
  const known = results.find((item) => item === result);
  if (known === undefined) return null;
  const measurement = Number(msg['measurement'] ?? Number.NaN);
  return {
    suite: definition,
    name,
    result: known,
    testSet: textOf(msg['set'])?.slice(0, maxLengths.set) ?? null,
    measurement: Number.isFinite(measurement) ? String(measurement) : null,
    units: textOf(msg['units'])?.slice(0, maxLengths.units) ?? '',
    startLogLine: lineOf(msg['starttc']),
    endLogLine: lineOf(msg['endtc']),
    errorType: textOf(msg['error_type'])?.slice(0, maxLengths.units) ?? null,
    errorMessage: textOf(msg['error_msg'])?.slice(0, maxLengths.errorMessage) ?? null,
    isReported: msg['reported_by'] !== dispatcherReports,
    metadata: JSON.stringify(msg).length > maxMetadataLength ? essentials(msg) : msg,
  };
}

function essentials(msg: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { definition, case: name, result, error_type } = msg;
  const error = textOf(msg['error_msg'])?.slice(0, 1000);
  return { definition, case: name, result, error_type, error_msg: error };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** LAVA writes numbers that are not strings as `! "3"`, which most YAML parsers read as a string. */
function lineOf(value: unknown): number | null {
  if (typeof value === 'string' && /^\d{1,10}$/.test(value)) return lineOf(Number(value));
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31 ? Number(value) : null;
}
