/**
 * Test steps for a shell that cannot keep files or run scripts: they are typed one by one, and the test commands in
 * them become `echo` of their signal. The signal's name is cut in two by quotes, so that the echo of the typed line
 * is not taken for it.
 */
export interface TypedStep {
  readonly line: string;
  /** The step is `lava-test-case NAME --shell COMMAND`: its exit status is the result of this test case. */
  readonly testCase: string | undefined;
}

const word = '[^\\s;&|<>"\'`()]+';
const optionWord = `(?:\\s+--(?:result|measurement|units)\\s+${word})+`;
const testCase = new RegExp(`\\blava-test-case\\s+(${word})(${optionWord})`, 'g');
const testSet = new RegExp(`\\blava-test-set\\s+(?:(start)\\s+(${word})|stop)`, 'g');
const shellCase = new RegExp(`^\\s*lava-test-case\\s+(${word})\\s+--shell\\s+(.+)$`, 's');

/** The lines to type for one step of a definition. */
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
