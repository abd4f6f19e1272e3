import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A dispatcher in its own process, from the built package. */
export const dispatcherProgram = `
const options = JSON.parse(process.argv[2]);
const { startDispatcher } = await import(options.dist + '/dispatcher/index.js');
const say = (fields, message) => console.error(message, fields);
await startDispatcher({ ...options, log: { info: say, warn: say, error: say } });
console.log('{}');
`;

/**
 * A gateway in its own process, whose host stores everything durably in files: \`workers.json\` (key to name),
 * \`ID.json\` (a job) and \`ID.log\`.
 */
export const gatewayProgram = `
import fs from 'node:fs';
const options = JSON.parse(process.argv[2]);
const { startWorkers } = await import(options.dist + '/master/workers/index.js');
const { startGateway } = await import(options.dist + '/master/workers/zmq/index.js');
const { descriptionWork, unpackDescription } = await import(options.dist + '/wire/index.js');
const say = (fields, message) => console.error(message, fields);
const file = (name) => options.hostDir + '/' + name;
const readJob = (id) => { try { return JSON.parse(fs.readFileSync(file(id + '.json'))); } catch { return undefined; } };
function save(id, job) {
  const handle = fs.openSync(file(id + '.tmp'), 'w');
  fs.writeSync(handle, JSON.stringify(job));
  fs.fsyncSync(handle);
  fs.closeSync(handle);
  fs.renameSync(file(id + '.tmp'), file(id + '.json'));
}
const counts = new Map();
function count(id) {
  if (!counts.has(id)) {
    const text = fs.existsSync(file(id + '.log')) ? fs.readFileSync(file(id + '.log'), 'utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\\n') + 1);
    if (whole !== text) fs.writeFileSync(file(id + '.log'), whole);
    counts.set(id, whole.split('\\n').length - 1);
  }
  return counts.get(id);
}
const log = { info: say, warn: say, error: say };
const workers = startWorkers({
  workerOfKey: (key) => JSON.parse(fs.readFileSync(file('workers.json')))[key] ?? null,
  get keyCount() {
    return Object.keys(JSON.parse(fs.readFileSync(file('workers.json')))).length;
  },
  async claimWorker() { return []; },
  async noteConflict() {},
  async workerSeen() {},
  async workerLost() {},
  async jobsOf(worker) {
    const lists = { start: [], cancel: [], running: [] };
    for (const name of fs.readdirSync(options.hostDir).filter((name) => /^[0-9]+\\.json$/.test(name))) {
      const job = readJob(parseInt(name));
      if (job.state === 'scheduled') lists.start.push(job.start);
      if (job.state === 'running') lists.running.push(job.start.id);
    }
    return lists;
  },
  async ownsJob(worker, id) { return readJob(id) !== undefined; },
  async jobStarted(worker, id) {
    const job = readJob(id);
    if (job?.state === 'scheduled') save(id, { ...job, state: 'running', starts: (job.starts ?? 0) + 1 });
  },
  async appendLog(worker, id, first, lines) {
    if (readJob(id) === undefined) return null;
    const stored = count(id);
    const fresh = first > stored ? [] : lines.slice(stored - first);
    if (fresh.length > 0) {
      const handle = fs.openSync(file(id + '.log'), 'a');
      fs.writeSync(handle, fresh.map((line) => line + '\\n').join(''));
      fs.fsyncSync(handle);
      fs.closeSync(handle);
      counts.set(id, stored + fresh.length);
    }
    return counts.get(id);
  },
  async jobEnded(worker, id, end) {
    const job = readJob(id);
    const description = unpackDescription(end.description, descriptionWork.all);
    if (job !== undefined && job.state !== 'ended') save(id, { ...job, state: 'ended', end: { ...end, description } });
  },
  onChange: () => () => {},
}, { ...options, log });
const gateway = await startGateway(workers, { ...options, log });
console.log(JSON.stringify({ controlPort: gateway.controlPort, logPort: gateway.logPort }));
`;

export interface Killable {
  /** What it printed when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Its peak memory use. */
  peakMegabytes(): Promise<number>;
  /** Sends SIGKILL and waits until the process has ended. */
  kill(): Promise<void>;
}

/** Runs one of the programs above with these options; resolves when it is ready. */
export async function startKillable(
  directory: string,
  name: string,
  program: string,
  options: Readonly<Record<string, unknown>>,
): Promise<Killable> {
  const file = join(directory, `${name}.mjs`);
  await writeFile(file, program);
  const dist = new URL('../../../dist', import.meta.url).pathname;
  const child = spawn(process.execPath, [file, JSON.stringify({ ...options, dist })], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = `${errors}${chunk.toString()}`.slice(-10_000)));
  const line = await firstLine(child);
  if (line === null) throw new Error(`${name} did not start (is dist/ built?): ${errors}`);
  return {
    ready: JSON.parse(line) as Record<string, unknown>,
    async peakMegabytes() {
      const status = await readFile(`/proc/${child.pid ?? 0}/status`, 'utf8');
      return Number(/^VmHWM:\s*([0-9]+) kB$/m.exec(status)?.[1]) / 1024;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string | null> {
  if (child.stdout === null) return null;
  for await (const line of createInterface({ input: child.stdout })) return line;
  return null;
}
