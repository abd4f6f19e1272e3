import { quoteForShell } from '../console/command-line.js';
import type { NamedDefinition } from './signals.js';

/** A file to write to the board. */
export interface BoardFile {
  readonly path: string;
  readonly text: string;
}

/** The commands that a test definition may use. All are one script that checks its own name. */
export const testCommands = [
  'lava-test-case',
  'lava-test-set',
  'lava-test-reference',
  'lava-test-raise',
  'lava-test-event',
] as const;

/**
 * A POSIX shell script in which every test command prints its signal. The commands behave as documented for the LAVA
 * commands of the same names.
 */
const commandScript = `#!/bin/sh
S='<LAVA_SIGNAL_'
fail() { echo "$*" >&2; exit 1; }
reference() {
  r= u= n=$1; shift
  while [ $# -gt 1 ]; do
    case $1 in --result) r=$2 ;; --reference) u=$2 ;; *) fail "unknown option $1" ;; esac
    shift 2
  done
  echo "\${S}TESTREFERENCE $n $r $u>"
}
testcase() {
  n=$1 t=; shift
  if [ "$1" = --shell ]; then
    shift; echo "\${S}STARTTC $n>"
    if (eval "$*"); then r=pass; else r=fail; fi
    echo "\${S}ENDTC $n>"; echo "\${S}TESTCASE TEST_CASE_ID=$n RESULT=$r>"; exit 0
  fi
  r=
  while [ $# -gt 1 ]; do
    case $1 in
      --result) r=$2 ;; --measurement) t="$t MEASUREMENT=$2" ;; --units) t="$t UNITS=$2" ;;
      *) fail "unknown option $1" ;;
    esac
    shift 2
  done
  [ -n "$r" ] || fail '--result must be given'
  echo "\${S}TESTCASE TEST_CASE_ID=$n RESULT=$r$t>"
}
[ -n "$1" ] || fail "usage: \${0##*/} NAME ..."
case \${0##*/} in
  lava-test-case) testcase "$@" ;;
  lava-test-reference) reference "$@" ;;
  lava-test-raise) echo "\${S}TESTRAISE $*>"; exit 1 ;;
  lava-test-event) echo "\${S}TESTEVENT $*>" ;;
  lava-test-set)
    case $1 in
      start) echo "\${S}TESTSET START $2>" ;; stop) echo "\${S}TESTSET STOP>" ;; *) fail 'start NAME or stop' ;;
    esac ;;
esac
`;

/** The files that the board needs to run definitions: the test commands, a script per definition, and a runner. */
export function boardFiles(
  directory: string,
  runs: readonly NamedDefinition[],
  environment: readonly (readonly [string, string])[],
): readonly BoardFile[] {
  const files: BoardFile[] = [{ path: `${directory}/bin/lava-test-case`, text: commandScript }];
  const runner = ['#!/bin/sh', `PATH=${directory}/bin:$PATH; export PATH`];
  for (const [name, value] of environment) runner.push(`export ${name}=${quoteForShell(value)}`);
  for (const { definition, suite, id } of runs) {
    const home = `${directory}/tests/${suite}`;
    const start = [
      ...definition.parameters.map(([name, value]) => `${name}=${quoteForShell(value)}`),
      `cd ${home}`,
    ];
    if (definition.installSteps.length > 0) {
      files.push({ path: `${home}/install.sh`, text: lines([...start, ...definition.installSteps]) });
      runner.push(`sh ${home}/install.sh || echo '<LAVA_TEST_RUNNER INSTALL_FAIL>'`);
    }
    const body = [
      `TESTRUN_ID=${suite}; export TESTRUN_ID`,
      ...start,
      `echo '<LAVA_SIGNAL_STARTRUN ${suite} ${id}>'`,
      'set -ex',
      ...definition.steps,
      '{ set +x; } 2>/dev/null',
      `echo '<LAVA_SIGNAL_ENDRUN ${suite} ${id}>'`,
    ];
    files.push({ path: `${home}/run.sh`, text: lines(body) });
    runner.push(`sh ${home}/run.sh`);
  }
  runner.push(`echo '<LAVA_TEST_RUNNER EXIT>'`);
  files.push({ path: `${directory}/bin/lava-test-runner`, text: lines(runner) });
  return files;
}

/** Shell lines that write a file. None is longer than a console accepts (a terminal truncates lines at 4096 bytes). */
export function writeCommands(file: BoardFile): string[] {
  const commands: string[] = [`: > ${file.path}`];
  for (const line of file.text.replace(/\n$/, '').split('\n')) {
    const parts = line.match(/[\s\S]{1,400}/g) ?? [''];
    parts.forEach((part, index) => {
      const end = index === parts.length - 1 ? '\\n' : '';
      commands.push(`printf '%s${end}' ${quoteForShell(part)} >> ${file.path}`);
    });
  }
  return commands;
}

function lines(items: readonly string[]): string {
  return `${items.join('\n')}\n`;
}
