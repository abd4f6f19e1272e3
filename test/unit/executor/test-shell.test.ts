import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { InlineDefinition } from '../../../src/job/index.js';
import { JobLog } from '../../../src/executor/log/job-log.js';
import { boardFiles, writeCommands } from '../../../src/executor/test-action/board-scripts.js';
import { SignalReader } from '../../../src/executor/test-action/signals.js';
import { typedSteps } from '../../../src/executor/test-action/typed-steps.js';

const definition: InlineDefinition = {
  name: 'smoke',
  path: 'inline/smoke.yaml',
  installSteps: [],
  steps: [],
  parameters: [],
  pattern: undefined,
  fixups: new Map(),
};

function reader() {
  const lines: string[] = [];
  const log = new JobLog(
    (line) => lines.push(line),
    () => 0,
  );
  const signals = new SignalReader(log, [{ definition, suite: '0_smoke', id: 'id' }], 'common');
  return { signals, results: () => lines.filter((line) => line.includes('"results"')), lines };
}

describe('signals of a test shell', () => {
  it('become results, with their set and measurement', () => {
    const { signals, results } = reader();
    signals.handle('STARTRUN', '0_smoke id');
    signals.handle('TESTSET', 'START net');
    signals.handle('TESTCASE', 'TEST_CASE_ID=ping RESULT=pass MEASUREMENT=3 UNITS=ms');
    signals.handle('TESTSET', 'STOP');
    signals.handle('TESTCASE', 'TEST_CASE_ID=dns RESULT=FAIL');
    signals.handle('ENDRUN', '0_smoke id');
    signals.finish();
    expect(results()).toHaveLength(3);
    expect(results()[0]).toContain('"case": "ping", "definition": "0_smoke"');
    expect(results()[0]).toContain('"measurement": ! "3.0", "result": "pass", "set": "net"');
    expect(results()[1]).toContain('"case": "dns"');
    expect(results()[1]).not.toContain('"set"');
    expect(results()[1]).toContain('"result": "fail"');
    expect(results()[2]).toContain('"case": "0_smoke", "definition": "lava"');
  });

  it.each([
    ['TESTCASE', 'TEST_CASE_ID=a=b RESULT=pass'],
    ['TESTCASE', 'RESULT=pass'],
    ['TESTCASE', 'TEST_CASE_ID=a RESULT=maybe'],
    ['TESTCASE', 'TEST_CASE_ID=a RESULT=pass MEASUREMENT=fast'],
    ['STARTRUN', '9_unknown id'],
    ['NONSENSE', 'x'],
  ])('that are not valid are logged and ignored: %s %s', (name, text) => {
    const { signals, results } = reader();
    signals.handle('STARTRUN', '0_smoke id');
    signals.handle(name, text);
    expect(results()).toHaveLength(0);
  });

  it('fail a run without an end, and a test that raises a failure', () => {
    const { signals, results } = reader();
    signals.handle('STARTRUN', '0_smoke id');
    expect(() => {
      signals.handle('TESTRAISE', 'no disk');
    }).toThrow('no disk');
    signals.finish();
    expect(results()[0]).toContain('"result": "fail"');
  });
});

describe('scripts for the board', () => {
  const runs = [
    {
      suite: '0_smoke',
      id: 'id',
      definition: {
        ...definition,
        parameters: [['COUNT', "it's 2"]] as const,
        steps: [
          'lava-test-case one --result pass --measurement 1.5 --units "s"',
          'lava-test-case two --shell test "$COUNT" = "it\'s 2"',
          'lava-test-case three --shell false',
          'lava-test-set start s; lava-test-set stop',
          'lava-test-reference four --result skip --reference https://example.com/x',
          'lava-test-event hello',
          'false',
          'lava-test-case never --result pass',
        ],
      },
    },
  ];

  it('run in any POSIX shell: after being written line by line, they print the signals', () => {
    const directory = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
    try {
      const commands = [`mkdir -p ${directory}/bin ${directory}/tests/0_smoke`];
      for (const file of boardFiles(directory, runs, [['PLACE', 'a b']]))
        commands.push(...writeCommands(file));
      commands.push(`chmod 755 ${directory}/bin/*`, `cd ${directory}/bin`);
      for (const name of ['set', 'reference', 'event'])
        commands.push(`ln -s lava-test-case lava-test-${name}`);
      commands.push(`sh ${directory}/bin/lava-test-runner 2>/dev/null`);
      const output = execFileSync('sh', ['-c', commands.join('\n')], { encoding: 'utf8' });
      expect(output.trim().split('\n')).toEqual([
        '<LAVA_SIGNAL_STARTRUN 0_smoke id>',
        '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=one RESULT=pass MEASUREMENT=1.5 UNITS=s>',
        '<LAVA_SIGNAL_STARTTC two>',
        '<LAVA_SIGNAL_ENDTC two>',
        '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=two RESULT=fail>',
        '<LAVA_SIGNAL_STARTTC three>',
        '<LAVA_SIGNAL_ENDTC three>',
        '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=three RESULT=fail>',
        '<LAVA_SIGNAL_TESTSET START s>',
        '<LAVA_SIGNAL_TESTSET STOP>',
        '<LAVA_SIGNAL_TESTREFERENCE four skip https://example.com/x>',
        '<LAVA_SIGNAL_TESTEVENT hello>',
        '<LAVA_TEST_RUNNER EXIT>',
      ]);
    } finally {
      execFileSync('rm', ['-rf', directory]);
    }
  });

  it('do not contain a line that a terminal would truncate', () => {
    const long = [
      { suite: '0_x', id: 'i', definition: { ...definition, steps: [`echo ${'x'.repeat(9000)}`] } },
    ];
    const lines = boardFiles('/lava-1', long, []).flatMap(writeCommands);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1000);
  });
});

describe('typed steps', () => {
  it.each([
    ['uname -a', 'uname -a', undefined],
    ['lava-test-case a --shell ls /x; true', 'ls /x; true', 'a'],
    [
      'x && lava-test-case a --result pass',
      'x && echo "<LAVA""_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>"',
      undefined,
    ],
    [
      'lava-test-case a --result $R --measurement 1 --units s',
      'echo "<LAVA""_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=$R MEASUREMENT=1 UNITS=s>"',
      undefined,
    ],
    ['lava-test-set stop', 'echo "<LAVA""_SIGNAL_TESTSET STOP>"', undefined],
    ['lava-test-set start s', 'echo "<LAVA""_SIGNAL_TESTSET START s>"', undefined],
  ])('%s', (step, line, testCase) => {
    expect(typedSteps(step)).toEqual([{ line, testCase }]);
  });

  it('are lines, without comments', () => {
    expect(typedSteps('a\n\n# b\nc').map((step) => step.line)).toEqual(['a', 'c']);
  });
});
