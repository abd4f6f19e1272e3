/**
 * Compares rendering with CPython's Jinja2 on Debian's device types, alternately, each in its own process; then
 * renders 10,000 dictionaries. Run it with `npm run bench:render`. On a busy machine, only the ratios are meaningful.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createEnvironment } from '../../src/jinja/index.js';
import { makeDictionaries, readDeviceTypes } from '../support/jinja-device-types.js';

interface Work {
  readonly templates: Readonly<Record<string, string>>;
  readonly names: readonly string[];
  readonly context: Readonly<Record<string, unknown>>;
  readonly seconds: number;
}

interface Speed {
  readonly coldMs: number;
  readonly warmPerSecond: number;
}

const ROUNDS = 5;

function environmentOver(templates: ReadonlyMap<string, string>) {
  return createEnvironment({
    loader: {
      load: (name) => {
        const text = templates.get(name);
        return text === undefined ? null : { text, file: name };
      },
    },
  });
}

/** One pass from cold, then repeated passes for some seconds. */
function measure(work: Work): Speed {
  const environment = environmentOver(new Map(Object.entries(work.templates)));
  const onePass = () => {
    for (const name of work.names) environment.render(name, work.context);
  };
  const started = performance.now();
  onePass();
  const coldMs = performance.now() - started;
  for (let pass = 0; pass < 10; pass++) onePass();
  const warmStarted = performance.now();
  let passes = 0;
  while (performance.now() - warmStarted < work.seconds * 1000) {
    onePass();
    passes++;
  }
  return { coldMs, warmPerSecond: (passes * work.names.length * 1000) / (performance.now() - warmStarted) };
}

function runProcess(command: string, args: readonly string[], work: Work): Speed {
  const run = spawnSync(command, args, { input: JSON.stringify(work), maxBuffer: 1 << 26, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${command} failed: ${run.stderr}`);
  return JSON.parse(run.stdout) as Speed;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function compareWithPython(): void {
  const types = readDeviceTypes();
  const dictionaries = makeDictionaries(types, ['usual']);
  const work: Work = {
    templates: { ...Object.fromEntries(types), ...dictionaries },
    names: Object.keys(dictionaries),
    context: { arch: 'arm64' },
    seconds: 2,
  };
  const ours: Speed[] = [];
  const theirs: Speed[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(runProcess(process.execPath, [process.argv[1] ?? '', 'measure'], work));
    theirs.push(runProcess('/usr/bin/python3', ['test/bench/render.py'], work));
  }
  const report = (what: string, of: (speed: Speed) => number, isTime: boolean) => {
    const [a, b] = [median(ours.map(of)), median(theirs.map(of))];
    const ratio = isTime ? b / a : a / b;
    console.log(
      `${what}: lavaflow ${a.toFixed(0)}, CPython ${b.toFixed(0)}: ${ratio.toFixed(2)} times as fast`,
    );
  };
  console.log(`${work.names.length} dictionaries over as many types, median of ${ROUNDS} alternate rounds`);
  report('first pass, ms', (speed) => speed.coldMs, true);
  report('warm renderings per second', (speed) => speed.warmPerSecond, false);
}

/** A large lab: cold, after a change to one dictionary, and after a change to one base template. */
function measureLargeLab(): void {
  const all = readDeviceTypes();
  const types = [...all.keys()].filter((name) => !/^base|-common|-base/.test(name)).slice(0, 300);
  const templates = new Map(all);
  for (let index = 0; index < 10_000; index++) {
    const type = types[index % types.length] ?? '';
    templates.set(
      `board-${index}.jinja2`,
      `{% extends '${type}' %}\n{% set connection_command = 'telnet ser${index % 40} ${7000 + index}' %}\n` +
        `{% set hard_reset_command = 'pdu reset ${index}' %}\n{% set sync_to_lava = {'worker': 'w${index % 30}'} %}\n`,
    );
  }
  const names = [...templates.keys()].filter((name) => name.startsWith('board-'));
  const usedBy = new Map<string, Set<string>>();
  const texts = new Map<string, string>();
  const renderAll = (wanted: readonly string[]) => {
    const started = performance.now();
    const environment = environmentOver(templates);
    for (const name of wanted) {
      const rendering = environment.renderWithTemplates(name);
      texts.set(name, rendering.text);
      for (const used of rendering.templates) (usedBy.get(used) ?? setDefault(usedBy, used)).add(name);
    }
    return (performance.now() - started).toFixed(1);
  };
  console.log(`10,000 dictionaries over 300 types from cold: ${renderAll(names)} ms`);
  console.log(`memory: ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`);
  console.log(`after a change to one dictionary: ${renderAll(['board-7.jinja2'])} ms`);
  const base = 'base-uboot.jinja2';
  const affected = [...(usedBy.get(base) ?? [])];
  templates.set(base, `${templates.get(base) ?? ''}\n`);
  console.log(`after a change to ${base}: ${affected.length} of 10,000 in ${renderAll(affected)} ms`);
}

function setDefault(map: Map<string, Set<string>>, key: string): Set<string> {
  const made = new Set<string>();
  map.set(key, made);
  return made;
}

if (process.argv[2] === 'measure') {
  process.stdout.write(JSON.stringify(measure(JSON.parse(readFileSync(0, 'utf8')) as Work)));
} else {
  compareWithPython();
  measureLargeLab();
}
