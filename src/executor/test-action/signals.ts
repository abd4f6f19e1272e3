import { JobFailure } from '../failure.js';
import type { InlineDefinition } from '../../job/index.js';
import { Float, type LogMapping } from '../log/flow-line.js';
import type { JobLog } from '../log/job-log.js';
import { defaultFixups, toResult } from './results.js';

/** A definition with the names of its run: a suite such as `0_smoke`, and an ID. */
export interface NamedDefinition {
  readonly definition: InlineDefinition;
  readonly suite: string;
  readonly id: string;
}

/**
 * Turns the signals of a test shell, `<LAVA_SIGNAL_NAME parameters>`, into results.
 *
 * States: idle -> (STARTRUN) running a definition -> (ENDRUN) idle. `finish` fails a run that has not ended.
 * A board may print anything: signals that are not valid are logged and ignored.
 */
export class SignalReader {
  #current: { readonly run: NamedDefinition; readonly startMs: number } | undefined;
  #suite: string | undefined;
  #testSet: string | undefined;

  readonly #log: JobLog;
  readonly #runs: readonly NamedDefinition[];
  readonly #namespace: string;

  constructor(log: JobLog, runs: readonly NamedDefinition[], namespace: string) {
    this.#log = log;
    this.#runs = runs;
    this.#namespace = namespace;
  }

  /** The running definition, for its own result pattern. */
  get running(): InlineDefinition | undefined {
    return this.#current?.run.definition;
  }

  /**
   * Handles one signal.
   * @throws JobFailure (Test) when the test requests it (TESTRAISE)
   */
  handle(name: string, text: string): void {
    const words = text.split(/\s+/).filter((word) => word !== '');
    const [first = ''] = words;
    switch (name) {
      case 'STARTRUN':
        this.#start(first);
        return;
      case 'ENDRUN':
        this.#end();
        return;
      case 'STARTTC':
        this.#log.mark(first, 'start_test_case');
        return;
      case 'ENDTC':
        this.#log.mark(first, 'end_test_case');
        return;
      case 'TESTCASE':
        this.#testCase(words);
        return;
      case 'TESTSET':
        this.#testSet = first === 'START' ? words[1] : undefined;
        return;
      case 'TESTREFERENCE':
        this.#reference(words);
        return;
      case 'TESTRAISE':
        throw new JobFailure('Test', words.join(' '));
      case 'TESTEVENT':
        this.#log.append('event', words.join(' '));
        return;
      default:
        this.#log.debug(`unknown signal: ${name}`);
    }
  }

  /** Handles a match of the definition's own result pattern. */
  patternResult(groups: Readonly<Record<string, string>>): void {
    const { test_case_id: name = '', result: given = '', measurement, units } = groups;
    const result = toResult(given, this.#fixups());
    if (name === '' || /\s/.test(name.trim()) || result === undefined) {
      this.#log.debug(`not a test case: '${name}' with result '${given}'`);
      return;
    }
    this.#log.mark(name, 'test_case');
    this.#put(name, result, measurement, units);
  }

  /** Handles the end of the test shell. A run that is still open fails. */
  finish(): void {
    if (this.#current === undefined) return;
    const { run, startMs } = this.#current;
    this.#current = undefined;
    this.#log.error(`the test run ${run.suite} did not finish`);
    const duration = secondsSince(startMs);
    this.#log.ownResult({ case: run.suite, uuid: run.id, duration, result: 'fail' });
  }

  #start(suite: string): void {
    const run = this.#runs.find((known) => known.suite === suite);
    if (run === undefined) {
      this.#log.error(`a test run that is not in the job started: ${suite}`);
      return;
    }
    this.#current = { run, startMs: performance.now() };
    this.#suite = run.suite;
    this.#log.info(`test run ${run.suite} started`);
  }

  #end(): void {
    if (this.#current === undefined) return;
    const { run, startMs } = this.#current;
    this.#current = undefined;
    this.#log.ownResult({
      namespace: this.#namespace,
      case: run.suite,
      uuid: run.id,
      path: run.definition.path,
      repository: 'inline',
      revision: 'unspecified',
      duration: secondsSince(startMs),
      result: 'pass',
    });
  }

  #testCase(words: readonly string[]): void {
    const values = new Map<string, string>();
    for (const word of words) {
      const [key = '', value, ...rest] = word.split('=');
      if (value === undefined || rest.length > 0) {
        this.#log.error(`a test case signal with a malformed parameter: '${word}'`);
        return;
      }
      values.set(key.toLowerCase(), value);
    }
    const name = values.get('test_case_id');
    const given = values.get('result');
    const result = given === undefined ? undefined : toResult(given, this.#fixups());
    if (name === undefined || result === undefined) {
      this.#log.error(`a test case signal without a name or a known result: '${words.join(' ')}'`);
      return;
    }
    this.#log.mark(name, 'test_case');
    this.#put(name, result, values.get('measurement'), values.get('units'));
  }

  #reference(words: readonly string[]): void {
    const [name, result, reference] = words;
    if (name === undefined || result === undefined || reference === undefined || words.length > 3) {
      throw new JobFailure('Test', 'lava-test-reference requires a test case, a result and a reference');
    }
    this.#result(name, result, { reference });
  }

  #put(name: string, result: string, measurement: string | undefined, units: string | undefined): void {
    if (measurement === undefined) {
      this.#result(name, result, {});
      return;
    }
    const value = Number(measurement);
    if (measurement === '' || Number.isNaN(value)) {
      this.#log.error(`the measurement '${measurement}' of ${name} is not a number`);
      return;
    }
    this.#result(name, result, {
      measurement: new Float(value),
      ...(units === undefined ? {} : { units }),
    });
  }

  #result(name: string, result: string, more: LogMapping): void {
    if (this.#suite === undefined) {
      this.#log.error(`the test case ${name} appeared before its test run started`);
      return;
    }
    const set = this.#testSet === undefined ? {} : { set: this.#testSet };
    this.#log.result({ definition: this.#suite, case: name, result, ...set, ...more });
  }

  #fixups() {
    const own = this.running?.fixups;
    return own === undefined || own.size === 0 ? defaultFixups : own;
  }
}

function secondsSince(startMs: number): string {
  return ((performance.now() - startMs) / 1000).toFixed(2);
}
