import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executable, Part } from './part.js';
import { boards, disks, parts, workers, type DiskName, type PartName, type WorkerName } from './plan.js';

/** Debian's libfaketime. */
const clockLibrary = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const templates = ['lavaflow-board', 'lab-uboot', 'lab-base'];
const megabytes: Readonly<Record<DiskName, number>> = {
  master: 512,
  controller: 32,
  'soak-worker-1': 64,
  'soak-worker-2': 64,
};

export interface LabOptions {
  /** Where the controller stores its records: in files, or in refs of a git repository. */
  readonly records: 'file' | 'git';
}

/**
 * A lab in a scratch directory, made by `lavaflow init`: six simulated boards on two workers, and each part in a process of
 * its own. State that can run out of disk space is in file systems of its own, if this process may mount them.
 */
export class SoakLab {
  readonly root: string;
  /** The mark in the environment of every process of the lab. */
  readonly mark: string;
  /** What this machine lacks: one sentence each. */
  readonly missing: readonly string[];
  readonly hasDisks: boolean;
  readonly hasClock: boolean;
  readonly records: 'file' | 'git';
  readonly #parts = new Map<PartName, Part>();
  #endpoints: ReadonlyMap<string, string> = new Map();

  constructor({ records }: LabOptions) {
    this.records = records;
    this.root = mkdtempSync(join(tmpdir(), 'lavaflow-soak-'));
    this.mark = `LAVAFLOW_SOAK=${this.root}`;
    // Jobs run as users of their own.
    chmodSync(this.root, 0o755);
    mkdirSync(this.place('tmp'));
    chmodSync(this.place('tmp'), 0o1777);
    mkdirSync(this.place('logs'));
    mkdirSync(this.place('clocks'));
    mkdirSync(this.place('certificates'));
    const missing: string[] = [];
    this.hasClock = existsSync(clockLibrary);
    if (!this.hasClock)
      missing.push(`no clock is disturbed: ${clockLibrary} is missing (apt-get install faketime)`);
    this.hasDisks = process.getuid?.() === 0;
    if (!this.hasDisks) missing.push('no disk is filled: only root can mount file systems for it');
    this.missing = missing;
    this.#makeRepository();
    for (const disk of disks) this.#mount(disk);
    for (const name of parts) this.#parts.set(name, this.#makePart(name));
  }

  get repository(): string {
    return this.place('lab');
  }

  /** The bare repository of the records. */
  get recordRepository(): string {
    return this.place('records.git');
  }

  get recordDirectory(): string {
    return join(this.repository, '.lavaflow/records');
  }

  get statusFile(): string {
    return join(this.repository, '.lavaflow/status.json');
  }

  get database(): string {
    return join(this.diskOf('master'), 'state/master.sqlite');
  }

  get boardDirectory(): string {
    return this.place('boards');
  }

  get url(): string {
    return this.#endpoints.get('url') ?? '';
  }

  place(name: string): string {
    return join(this.root, name);
  }

  /** Where the file system of a disk is. */
  diskOf(disk: DiskName): string {
    return disk === 'controller' ? join(this.repository, '.lavaflow') : this.place(`disk-${disk}`);
  }

  part(name: PartName): Part {
    const part = this.#parts.get(name);
    if (part === undefined) throw new Error(`no part ${name}`);
    return part;
  }

  get parts(): readonly Part[] {
    return [...this.#parts.values()];
  }

  jobDirectories(worker: WorkerName): string {
    return join(this.diskOf(worker), 'state/jobs');
  }

  token(): string {
    return readFileSync(join(this.diskOf('master'), 'state/admin.token'), 'utf8').trim();
  }

  certificateOf(worker: WorkerName): string {
    return readFileSync(this.place(`certificates/${worker}.key`), 'utf8');
  }

  git(...args: string[]): string {
    return execFileSync('git', args, {
      cwd: this.repository,
      env: this.#environment,
      encoding: 'utf8',
    }).trim();
  }

  /** Writes files (null: deletes them) and commits. @returns the commit */
  commit(files: Readonly<Record<string, string | null>>, message: string): string {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.repository, path);
      if (text === null) rmSync(file);
      else {
        mkdirSync(join(file, '..'), { recursive: true });
        writeFileSync(file, text);
      }
    }
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  async start(): Promise<void> {
    const master = this.part('master');
    master.start();
    this.#endpoints = await master.ready();
    for (const name of ['boards', 'controller', ...workers] as const) this.part(name).start();
    for (const part of this.parts) await part.ready();
  }

  /** Removes everything; for a lab in which nothing runs. @param keep leave the directory for an investigation */
  remove(keep: boolean): void {
    if (keep) return;
    this.#unmount();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 3 });
  }

  #unmount(): void {
    if (!this.hasDisks) return;
    for (const disk of disks) execFileSync('umount', ['--lazy', this.diskOf(disk)]);
  }

  #mount(disk: DiskName): void {
    const directory = this.diskOf(disk);
    mkdirSync(directory, { recursive: true });
    if (!this.hasDisks) return;
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes[disk]}m,mode=755`, 'tmpfs', directory]);
  }

  #makeRepository(): void {
    const run = (...args: string[]) =>
      execFileSync(process.execPath, [executable, ...args], {
        cwd: this.root,
        env: this.#environment,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    run('init', 'lab');
    for (const name of templates) {
      for (const extension of ['jinja2', 'yaml', 'health-check.yaml']) {
        const path = `device-types/${name}.${extension}`;
        if (existsSync(path)) cpSync(path, join(this.repository, path));
      }
    }
    cpSync('device-types/lab-macros.jinja2', join(this.repository, 'device-types/lab-macros.jinja2'));
    for (const worker of workers) run('certs', 'create', worker, '--dir', 'certificates');
    const type = readFileSync('device-types/lavaflow-board.yaml', 'utf8').replace(/jobs: \d+/, 'jobs: 8');
    this.commit(
      {
        'lab-config/masters/embedded.yaml': null,
        'workers/desk-worker/worker.yaml': null,
        'lab-config/lab.yaml':
          'kind: Lab\nname: soak\npolicy: {mode: enforce, maxUpdateShare: 1, maxRemoveShare: 1}\n',
        'lab-config/masters/own.yaml': `kind: Master\nurlFrom: {env: SOAK_URL}\ntokenFrom: {file: ${join(this.diskOf('master'), 'state/reconciler.token')}}\nsites: [desk]\n`,
        'device-types/lavaflow-board.yaml': type,
        ...Object.fromEntries(
          workers.flatMap((worker) => [
            [`workers/${worker}/worker.yaml`, 'kind: Worker\nsite: desk\njobLimit: 3\n'],
            [`workers/${worker}/certificate.key`, this.certificateOf(worker)],
            // Their disks are small.
            [`workers/${worker}/dispatcher.yaml`, 'lavaflow: {limits: {free_disk_mib: 1}}\n'],
          ]),
        ),
        ...Object.fromEntries(boards.map(({ name }) => [dictionaryPath(name), dictionaryOf(name, '')])),
      },
      'The lab of a soak run',
    );
    if (this.records === 'git') {
      execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', this.recordRepository], {
        env: this.#environment,
      });
      this.git('push', '--quiet', this.recordRepository, 'HEAD:refs/heads/main');
    }
  }

  get #environment(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.root,
      TMPDIR: this.place('tmp'),
      LAVAFLOW_SOAK: this.root,
      LAVAFLOW_LOG_LEVEL: 'info',
      LAVAFLOW_BOARD_DIR: this.boardDirectory,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'soak',
      GIT_AUTHOR_EMAIL: 'soak@example.org',
      GIT_COMMITTER_NAME: 'soak',
      GIT_COMMITTER_EMAIL: 'soak@example.org',
    };
  }

  #makePart(name: PartName): Part {
    const clockFile = this.hasClock ? this.place(`clocks/${name}`) : null;
    const clock =
      clockFile === null
        ? {}
        : {
            LD_PRELOAD: clockLibrary,
            FAKETIME_TIMESTAMP_FILE: clockFile,
            FAKETIME_CACHE_DURATION: '1',
            // Only the clock that an administrator can set.
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
            DONT_FAKE_MONOTONIC: '1',
            NO_FAKE_STAT: '1',
          };
    return new Part({
      name,
      command: () => this.#commandOf(name),
      cwd: name === 'controller' ? this.repository : this.root,
      // The address of the master is not known before it runs.
      env: () => ({ ...this.#environment, ...clock, SOAK_URL: this.url }),
      logFile: this.place(`logs/${name}.log`),
      clockFile,
    });
  }

  #commandOf(name: PartName): readonly string[] {
    const endpoint = (key: string) => this.#endpoints.get(key) ?? '';
    const address = (key: string) =>
      this.#endpoints.size === 0 ? '127.0.0.1:0' : new URL(endpoint(key)).host;
    switch (name) {
      case 'master':
        return [
          ...['master', '--state', join(this.diskOf('master'), 'state')],
          ...['--listen', address('url'), '--control', address('control'), '--logs', address('logs')],
        ];
      case 'controller': {
        const place = this.records === 'git' ? `git:${this.recordRepository}` : 'file';
        return ['controller', '--lab', this.repository, '--records', place];
      }
      case 'boards':
        return ['board', 'serve', ...boards.map((board) => board.name), '--dir', this.boardDirectory];
      case 'soak-worker-1':
      case 'soak-worker-2':
        return [
          ...['dispatcher', '--hostname', name, '--state', join(this.diskOf(name), 'state')],
          ...['--certificate', this.place(`certificates/${name}.key_secret`)],
          ...['--control', endpoint('control'), '--logs', endpoint('logs')],
          ...['--master-certificate', endpoint('certificateFile')],
        ];
    }
  }
}

export function dictionaryPath(board: string): string {
  return `device-dictionaries/${board}.jinja2`;
}

/** @param note a comment at the end */
export function dictionaryOf(board: string, note: string): string {
  const worker = boards.find(({ name }) => name === board)?.worker ?? '';
  return `{% extends 'lavaflow-board.jinja2' %}
{% set sync_to_lava = {"device_type": "lavaflow-board", "worker": "${worker}"} %}
{% set connection_command = 'lavaflow board connect ${board}' %}
{% set power_on_command = 'lavaflow board power on ${board}' %}
{% set power_off_command = 'lavaflow board power off ${board}' %}
{% set hard_reset_command = 'lavaflow board power reset ${board}' %}
{# ${note} #}
`;
}
