/**
 * Test steps for a shell that cannot store files or run scripts. They are typed one by one, and each test command becomes an
 * `echo` of its signal. Quotes split the signal's name, so that the echo of the typed line does not match.
 */
export interface TypedStep {
  readonly line: string;
  /** The test case of `lava-test-case NAME --shell COMMAND`. The exit status of the step is its result. */
  readonly testCase: string | undefined;
}

const word = '[^\\s;&|<>"\'`()]+';
const optionWord = `(?:\\s+--(?:result|measurement|units)\\s+${word})+`;
const testCase = new RegExp(`\\blava-test-case\\s+(${word})(${optionWord})`, 'g');
const testSet = new RegExp(`\\blava-test-set\\s+(?:(start)\\s+(${word})|stop)`, 'g');
const shellCase = new RegExp(`^\\s*lava-test-case\\s+(${word})\\s+--shell\\s+(.+)$`, 's');

/** Returns the lines to type for one step of a definition. */
export function typedSteps(step: string): TypedStep[] {
  return step
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
    .map((line) => {
      const [, name, command] = shellCase.exec(line) ?? [];
      if (name !== undefined && command !== undefined) return { line: command, testCase: name };
      return { line: withSignals(line), testCase: undefined };
    });
}

function withSignals(line: string): string {
  return line
    .replace(testCase, (_, name: string, options: string) => {
      const parts = [...options.matchAll(/--(\w+)\s+(\S+)/g)].map(
        ([, key = '', value = '']) => ` ${key.toUpperCase()}=${value}`,
      );
      return echo(`TESTCASE TEST_CASE_ID=${name}${parts.join('')}`);
    })
    .replace(testSet, (_, start: string | undefined, name: string | undefined) =>
      echo(start === undefined ? 'TESTSET STOP' : `TESTSET START ${name ?? ''}`),
    );
}

function echo(signal: string): string {
  return `echo "<LAVA""_SIGNAL_${signal}>"`;
}
