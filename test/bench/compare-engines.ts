/**
 * Compares nunjucks and minijinja-js with CPython's Jinja2, for the behaviors that our tests expect and for hostile
 * templates: the tables of docs/jinja-compared.md. Run it with `npm run compare:jinja [-- --write]`; npm installs
 * minijinja-js in a temporary directory, because nothing else needs it. Some templates end or block the process of
 * nunjucks, so each engine runs in its own process, with a time limit per template.
 */
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { readBehaviours, type Behaviour } from '../support/jinja-behaviours.js';
import { renderOurs } from '../support/jinja-compare.js';
import { featureOf, GROUPS } from '../support/jinja-features.js';
import { HOSTILE } from '../support/jinja-hostile.js';
import { PYTHON, SCRIPT, whyNoOracle, type OracleCase, type Outcome } from '../support/jinja-oracle.js';

const MINIJINJA = 'minijinja-js@2.11.0';
const PAGE = 'docs/jinja-compared.md';
const MARKS = ['<!-- measured -->', '<!-- end of what is measured -->'] as const;
/** The limit that the CPython process sets itself. */
const SECONDS_A_TEMPLATE = 5;
const NO_END = `**no end** (${SECONDS_A_TEMPLATE} s)`;

type Answer = Outcome | 'no end' | 'process ends';

/** An engine in its own process, which is restarted when a template ends or blocks it. */
class Engine {
  #child: ChildProcessByStdio<Writable, Readable, null> | null = null;

  readonly #command: string;
  readonly #args: readonly string[];

  constructor(command: string, args: readonly string[]) {
    this.#command = command;
    this.#args = args;
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    return (this.#child ??= spawn(this.#command, this.#args, { stdio: ['pipe', 'pipe', 'ignore'] }));
  }

  async render(example: OracleCase): Promise<Answer> {
    const child = this.#start();
    const lines = createInterface({ input: child.stdout });
    try {
      return await new Promise<Answer>((resolve) => {
        const timer = setTimeout(() => {
          this.stop();
          resolve('no end');
        }, SECONDS_A_TEMPLATE * 1000);
        lines.once('line', (line) => {
          clearTimeout(timer);
          resolve((JSON.parse(line) as readonly [Outcome])[0]);
        });
        child.once('close', () => {
          clearTimeout(timer);
          if (this.#child === child) this.#child = null;
          resolve('process ends');
        });
        child.stdin.write(`${JSON.stringify({ cases: [example] })}\n`);
      });
    } finally {
      lines.close();
      child.removeAllListeners('close');
    }
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }
}

/** The same text, or any error where CPython raises one. */
function isAlike(answer: Answer, expected: Outcome): boolean {
  if (typeof answer === 'string') return false;
  return 'text' in expected ? 'text' in answer && answer.text === expected.text : 'error' in answer;
}

interface Row {
  all: number;
  ours: number;
  nunjucks: number;
  minijinja: number;
}

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function addUp(rows: Iterable<Row>): Row {
  const sum: Row = { all: 0, ours: 0, nunjucks: 0, minijinja: 0 };
  for (const row of rows) {
    sum.all += row.all;
    sum.ours += row.ours;
    sum.nunjucks += row.nunjucks;
    sum.minijinja += row.minijinja;
  }
  return sum;
}

async function compareBehaviours(nunjucks: Engine, minijinja: Engine): Promise<string> {
  const rows = new Map<string, Row>();
  for (const behaviour of readBehaviours()) {
    const row = await rowOf(behaviour, nunjucks, minijinja);
    const { group, name } = featureOf(behaviour);
    const key = `${group}\n${name}`;
    rows.set(key, addUp([row, ...(rows.has(key) ? [rows.get(key) ?? row] : [])]));
  }
  const cells = ({ all, ours, nunjucks: theirs, minijinja: others }: Row) => [all, ours, theirs, others];
  const lines = GROUPS.flatMap((group) =>
    [...rows]
      .filter(([key]) => key.startsWith(`${group}\n`))
      .map(([key, row]) => [group, key.slice(group.length + 1), ...cells(row)]),
  );
  return table(
    ['', 'feature', 'Jinja2 3.1', 'lavaflow/jinja', 'nunjucks', 'minijinja-js'],
    [...lines, ['**all**', '', ...cells(addUp(rows.values())).map((count) => `**${count}**`)]],
  );
}

async function rowOf(behaviour: Behaviour, nunjucks: Engine, minijinja: Engine): Promise<Row> {
  const { example, expected } = behaviour;
  const ours = renderOurs(example);
  const isOurs =
    'text' in ours ? isAlike(ours, expected) : 'error' in expected && ours.error === expected.error;
  return {
    all: 1,
    ours: Number(isOurs),
    nunjucks: Number(isAlike(await nunjucks.render(example), expected)),
    minijinja: Number(isAlike(await minijinja.render(example), expected)),
  };
}

/** Summarizes the outcome of a hostile template in a word or two. */
function describe(answer: Answer): string {
  if (answer === 'no end') return NO_END;
  if (answer === 'process ends') return '**the process ends**';
  if ('text' in answer) {
    const shown = answer.text.length > 24 ? `${answer.text.slice(0, 20)}...` : answer.text;
    return shown.trim() === '' ? 'prints nothing' : `prints \`${shown.replaceAll('|', '/')}\``;
  }
  if (answer.error === 'TooMuch') return answer.message === 'too slow' ? NO_END : '**more than 1 GB**';
  return 'an error';
}

async function compareHostile(jinja2: Engine, nunjucks: Engine, minijinja: Engine): Promise<string> {
  const rows: string[][] = [];
  for (const [what, text] of HOSTILE) {
    const example = { templates: { main: text }, name: 'main', context: {} };
    const started = performance.now();
    const ours = renderOurs(example);
    const seconds = (performance.now() - started) / 1000;
    const isLimit = 'error' in ours && ours.kind === 'limit';
    rows.push([
      what,
      describe(await jinja2.render(example)),
      isLimit ? `a limit${seconds > 1 ? `, after ${seconds.toFixed(0)} s` : ''}` : describe(shownOf(ours)),
      describe(await nunjucks.render(example)),
      describe(await minijinja.render(example)),
    ]);
  }
  return table(['', 'Jinja2 3.1', 'lavaflow/jinja', 'nunjucks', 'minijinja-js'], rows);
}

function shownOf(ours: ReturnType<typeof renderOurs>): Outcome {
  return 'text' in ours ? ours : { error: ours.error, message: ours.message };
}

async function main(): Promise<void> {
  const missing = whyNoOracle(false);
  if (missing !== null) throw new Error(missing);
  const directory = mkdtempSync(path.join(tmpdir(), 'lavaflow-compare-'));
  const installed = spawnSync('npm', ['install', '--no-save', '--prefix', directory, MINIJINJA], {
    encoding: 'utf8',
  });
  if (installed.status !== 0) throw new Error(`cannot install ${MINIJINJA}: ${installed.stderr}`);
  const engine = (name: string) => path.join(import.meta.dirname, 'engines', `${name}.js`);
  const jinja2 = new Engine(PYTHON, ['-W', 'ignore', SCRIPT]);
  const nunjucks = new Engine(process.execPath, [engine('nunjucks')]);
  const minijinja = new Engine(process.execPath, [engine('minijinja'), directory]);
  try {
    const behaviours = await compareBehaviours(nunjucks, minijinja);
    const hostile = await compareHostile(jinja2, nunjucks, minijinja);
    const measured = `${MARKS[0]}\n\n${behaviours}\n\n## Hostile templates\n\n${hostile}\n\n${MARKS[1]}`;
    if (process.argv.includes('--write')) write(measured);
    else console.log(measured);
  } finally {
    nunjucks.stop();
    minijinja.stop();
    jinja2.stop();
    rmSync(directory, { recursive: true });
  }
}

/** Inserts the tables into the page, formatted like prettier does. */
function write(measured: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const [start, end] = MARKS.map((mark) => page.indexOf(mark));
  if (start === undefined || end === undefined || start < 0 || end < start)
    throw new Error(`${PAGE} has no place for the tables`);
  writeFileSync(PAGE, page.slice(0, start) + measured + page.slice(end + MARKS[1].length));
  spawnSync('npx', ['prettier', '--write', PAGE], { stdio: 'ignore' });
}

await main();
