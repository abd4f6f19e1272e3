import { step } from '../../../src/board/machine.js';
import { newBoard } from '../../../src/board/state.js';
import { splitCommand, quoteForShell } from '../../../src/executor/console/command-line.js';
import { ExpectBuffer } from '../../../src/executor/console/expect-buffer.js';
import { whyUnusable } from '../../../src/executor/deploy/usable-url.js';
import { JobFailure } from '../../../src/executor/failure.js';
import { JobLog } from '../../../src/executor/log/job-log.js';
import { TargetLines } from '../../../src/executor/log/target-lines.js';
import { problemOfHeader } from '../../../src/executor/qemu/disk-image.js';
import { compilePattern, RegexSyntaxError } from '../../../src/regex/index.js';
import { SignalReader } from '../../../src/executor/test-action/signals.js';
import { parseStage, type InlineDefinition } from '../../../src/job/index.js';
import { parseYaml } from '../../../src/pyyaml/index.js';
import { fileURLToPath, urlToHttpOptions } from 'node:url';
import { expectEqual, expectThat, outcomeOf, type Target } from '../target.js';

export const regex: Target = {
  name: 'regex',
  reach: 'submitters: patterns of a job, with what a board prints',
  seeds: [
    'login:\nboard login: ',
    '(?P<test_case_id>[^ ]+) (?P<result>pass|fail)\nping pass\ndns fail',
    '^(?:a|ab)(c|bcd)*?(?=d)$\nabcd\nabcbcdd',
    '[\\w\\-.]+@[^\\s]+\\.(com|org)\\b\na@b.org',
    '(?i)(?s).*?\\x41\\u00e9\\033\\Z\nAé',
    '(a?){20}a{20}\naaaaaaaaaaaaaaaaaaaa',
    '(?:(?:x+)+)+y\nxxxxxxxxxxxxxxxxxxxx',
  ],
  tokens: [
    '(', ')', '(?:', '(?P<a>', '(?P=a)', '(?=', '(?!', '(?<=', '(?<!', '(?#', '(?i)', '(?i:', '(?-i:', '(?ms)', '(?(1)a|b)', '[', ']', '[^', '[]a]', '[a-', '-z]', '[[:alpha:]]', '*', '+',
    '?', '*?', '+?', '??', '*+', '{', '}', '{2}', '{2,}', '{,3}', '{1,2}?', '{99999}', '|', '.', '^', '$', '\\', '\\b', '\\B', '\\d', '\\D', '\\w', '\\W', '\\s', '\\S', '\\A', '\\Z', '\\z',
    '\\1', '\\g<1>', '\\0', '\\07', '\\777', '\\x4', '\\x41', '\\u0041', '\\U00010000', '\\N{DASH}', '\\n', '\\-', 'a', 'b', 'ab', 'é', 'İ', 'ſ', 'K', '\n', '\r', '(a?)', '(a*)*', '(|a)+', '()',
  ], // prettier-ignore
  mostBytes: 16 * 1024,
  // A search may cost two seconds by design, and there are three.
  msPerKib: 2000,
  open: () => ({
    check: (input) => {
      const [pattern = '', ...lines] = input.toString('utf8').split('\n');
      const text = lines.join('\n');
      for (const use of ['console', 'lines'] as const) {
        const compiled = outcomeOf(() => compilePattern(pattern, use), RegexSyntaxError);
        if (!('value' in compiled)) continue;
        const found = outcomeOf(() => compiled.value.search(text), JobFailure);
        if (!('value' in found) || found.value === undefined) continue;
        const match = found.value;
        expectThat(
          'a match is in the text',
          match.start >= 0 && match.start <= match.end && match.end <= text.length,
        );
        expectEqual('the text of a match is at its place', match.text, text.slice(match.start, match.end));
        for (const group of match.groups) {
          if (group !== undefined) expectThat('a group is part of the text', text.includes(group));
        }
        const later = outcomeOf(() => compiled.value.search(text, match.start), JobFailure);
        if ('value' in later) expectEqual('a match is found from its start', later.value?.start, match.start);
      }
    },
  }),
};

const definition: InlineDefinition = {
  name: 'smoke',
  path: 'inline/smoke.yaml',
  installSteps: [],
  steps: [],
  parameters: [],
  pattern: undefined,
  fixups: new Map(),
};
const signal = compilePattern('<LAVA_SIGNAL_(\\S+) ([^>]+)>');
const own = compilePattern(
  '(?P<test_case_id>\\S+): (?P<result>\\w+)(?: (?P<measurement>\\S+) (?P<units>\\S+))?$',
  'lines',
);

export const boardOutput: Target = {
  name: 'board-output',
  reach: 'submitters: what a board prints',
  seeds: [
    '<LAVA_SIGNAL_STARTRUN 0_smoke id>\r\n<LAVA_SIGNAL_TESTSET START net>\r\n<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=ping RESULT=pass MEASUREMENT=3 UNITS=ms>\r\n<LAVA_SIGNAL_TESTSET STOP>\r\n<LAVA_SIGNAL_ENDRUN 0_smoke id>\r\n',
    '<LAVA_SIGNAL_STARTRUN 0_smoke id>\n<LAVA_SIGNAL_STARTTC a>\n<LAVA_SIGNAL_ENDTC a>\nping: pass 1e3 ms\n<LAVA_SIGNAL_TESTREFERENCE a pass http://x>\n<LAVA_SIGNAL_TESTRAISE it broke>\n',
    '\x1b[31m text \r\n\n\n<LAVA_SIGNAL_TESTEVENT reboot now>\r\n<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a=b RESULT=x>\n',
  ],
  tokens: [
    '<LAVA_SIGNAL_',
    'TESTCASE ',
    'TEST_CASE_ID=',
    'RESULT=',
    'MEASUREMENT=',
    'UNITS=',
    '>',
    '\r\n',
    '\u2028',
    '\x1b[0m',
    'pass',
    'lava',
    '1e999',
    'NaN',
    '0x10',
    '__proto__',
    'a: pass',
    '\ud7ff',
    '"',
    '\\',
  ],
  mostBytes: 64 * 1024,
  msPerKib: 60,
  open: () => ({
    check: (input) => {
      const text = input.toString('utf8');
      const lines: string[] = [];
      const log = new JobLog(
        (line) => lines.push(line),
        () => 0,
      );
      const target = new TargetLines((line) => {
        log.append('target', line);
      });
      for (let at = 0; at < text.length; at += 1000) target.push(text.slice(at, at + 1000));
      target.flush();
      const signals = new SignalReader(log, [{ definition, suite: '0_smoke', id: 'id' }], 'common');
      const buffer = new ExpectBuffer();
      buffer.push(text);
      for (let found = buffer.take([signal, own]); found !== undefined; found = buffer.take([signal, own])) {
        const { index, match } = found;
        outcomeOf(() => {
          if (index === 0) signals.handle(match.groups[0] ?? '', match.groups[1] ?? '');
          else signals.patternResult(match.named);
        }, JobFailure);
        if (match.end === match.start) break;
      }
      outcomeOf(() => {
        signals.finish();
      }, JobFailure);
      for (const line of lines) {
        expectThat('a line of the log is one line', !/[\n\r]/.test(line));
        if (line.length < 5000) expectThat('a line of the log is YAML', parseYaml(line).ok);
      }
    },
  }),
};

export const board: Target = {
  name: 'board',
  reach: 'submitters: what a job types into a simulated board',
  seeds: [
    '\nsetenv a b; printenv a\nrun a\necho ${a} "x y"\nboot\n',
    'root\nls /; cat /proc/version && echo $? || echo no\necho "$HOME ${PATH}" \'x\'; sleep 1; uname -a\nreboot\n',
    `\n${'setenv a "${a}${a}x"\n'.repeat(12)}printenv a\nsetenv b 'run b; run b'\nrun b\n`,
    'root\nexport A=b; echo $A; test -f /etc/passwd; [ 1 = 1 ]; cd /tmp; pwd; lava-test-case x --result pass\n',
  ],
  tokens: [
    '\n',
    '\r',
    '\x03',
    '\x15',
    '\x7f',
    ';',
    '&&',
    '||',
    '"',
    "'",
    '\\',
    '$',
    '${',
    '}',
    '$?',
    '#',
    'setenv ',
    'run ',
    'boot',
    'echo ',
    'printenv',
    'bootargs',
    'bootcmd',
    'cat ',
    'ls ',
    'export ',
    'sh -c ',
    '. ',
    'cd ',
    'sleep 99999',
    '..',
    '/',
    'constructor',
    '__proto__',
    'toString',
    'valueOf',
    'hasOwnProperty',
  ],
  mostBytes: 32 * 1024,
  msPerKib: 60,
  open: () => ({
    check: (input) => {
      const text = input.toString('latin1');
      let now = 0;
      let { state } = step(newBoard('b'), { kind: 'power', action: 'on' }, now);
      const run = (event: Parameters<typeof step>[1]): void => {
        now += 100;
        const next = step(state, event, now);
        state = next.state;
        expectThat('a board prints a bounded text', next.output.length < 16 * 1024 * 1024);
        if (next.output.includes('[native code]') || next.output.includes('[object ')) {
          throw new Error(`the board prints a JavaScript value: ${next.output.slice(0, 200)}`);
        }
      };
      for (const line of text.split(/(?<=\n)/).slice(0, 300)) {
        for (let ticks = 0; ticks < 3; ticks += 1) run({ kind: 'timer', timer: 'next' });
        run({ kind: 'input', text: line });
      }
    },
  }),
};

export const executorTexts: Target = {
  name: 'executor-texts',
  reach: 'submitters: URLs, image headers, commands, the stage file',
  seeds: [
    'file:///srv/images/a%20b\nhttp://user:p%40ss@host:80/x?y#z',
    'telnet localhost 7000\nsh -c \'a "b" $c\'\n"x\\"y" z\\ w',
    'running 123 456                                                 ',
    Buffer.concat([Buffer.from('QFI\xfb\0\0\0\x03', 'latin1'), Buffer.alloc(96)]),
    'QED\0aaaa',
    '# Disk DescriptorFile\nversion=1\n',
    'KDMV',
  ],
  tokens: [
    '%00',
    '%2f',
    '%',
    'file:',
    'http://',
    '@',
    '?',
    '#',
    '"',
    "'",
    '\\',
    '\\\n',
    'QFI\u00fb',
    'validating',
    'running ',
    'finalizing 1 2',
    '\0\0\0\0',
  ],
  mostBytes: 32 * 1024,
  msPerKib: 10,
  open: () => ({
    check: (input) => {
      const text = input.toString('utf8');
      parseStage(text);
      problemOfHeader(input.subarray(0, 512), 2 ** 30);
      for (const line of text.split('\n')) {
        const words = outcomeOf(() => splitCommand(line), SyntaxError);
        if ('value' in words) {
          const quoted = words.value.map(quoteForShell).join(' ');
          expectEqual('words that are quoted are read back', splitCommand(quoted), words.value);
        }
        if (!URL.canParse(line)) continue;
        const url = new URL(line);
        if (!/^(?:file|https?):$/.test(url.protocol) || whyUnusable(url) !== undefined) continue;
        if (url.protocol === 'file:') fileURLToPath(url);
        else urlToHttpOptions(url);
      }
    },
  }),
};
