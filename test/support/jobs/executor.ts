import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { bundlePrograms, type Programs } from '../processes/programs.js';

/** One `results` line, without the parts that differ between runs. */
export interface ResultLine {
  readonly definition: string;
  readonly case: string;
  readonly result: string;
  readonly [key: string]: unknown;
}

export interface LogLine {
  readonly dt: string;
  readonly lvl: string;
  readonly msg: unknown;
}

export interface FinishedJob {
  readonly code: number | null;
  readonly lines: readonly LogLine[];
  readonly results: readonly ResultLine[];
  /** result.yaml */
  readonly result: Readonly<Record<string, unknown>> | undefined;
  readonly directory: string;
}

export interface StartedJob {
  readonly process: ChildProcess;
  readonly directory: string;
  /** The log so far. */
  output(): string;
  finished: Promise<FinishedJob>;
}

const executorProgram = 'src/executor/main.ts';
const boardRoom = 'src/board/index.ts';

/** The executor and the board's commands, compiled from the working tree, and their temporary directories. */
export class ExecutorBench {
  readonly directory = mkdtempSync(join(tmpdir(), 'lavaflow-executor-'));
  readonly boards = join(this.directory, 'boards');
  readonly #boardCommand = join(this.directory, 'board.mjs');
  readonly #programs: Programs;

  static async create(): Promise<ExecutorBench> {
    return new ExecutorBench(await bundlePrograms([executorProgram, boardRoom]));
  }

  private constructor(programs: Programs) {
    this.#programs = programs;
    writeFileSync(
      this.#boardCommand,
      `import { connectBoard, controlBoard } from '${programs.fileOf(boardRoom)}';
const [verb, name, ...words] = process.argv.slice(2);
if (verb === 'connect') {
  await connectBoard(name, '${this.boards}', process.stdin, process.stdout);
  process.exit(0);
}
await controlBoard(name, '${this.boards}', words);
`,
    );
  }

  /** The commands of a device with this board. */
  boardCommands(name: string): Record<string, string> {
    const node = `${process.execPath} ${this.#boardCommand}`;
    return {
      connect: `${node} connect ${name}`,
      hard_reset: `${node} control ${name} power reset`,
      power_on: `${node} control ${name} power on`,
      power_off: `${node} control ${name} power off`,
    };
  }

  /** @param settings the key `lavaflow` of the worker's dispatcher.yaml; by default, jobs may read images of this bench */
  start(job: string, device: object | string, settings: object = this.settings()): StartedJob {
    const directory = mkdtempSync(join(this.directory, 'job-'));
    writeFileSync(join(directory, 'dispatcher.yaml'), JSON.stringify({ lavaflow: settings }));
    writeFileSync(join(directory, 'job.yaml'), job);
    writeFileSync(
      join(directory, 'device.yaml'),
      typeof device === 'string' ? device : JSON.stringify(device),
    );
    const main = this.#programs.fileOf(executorProgram);
    const child = spawn(process.execPath, [main, '--dir', directory, '--job-id', '4711'], {
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const finished = new Promise<FinishedJob>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => {
        resolve(readFinished(directory, code));
      });
    });
    return { process: child, directory, output: () => readText(join(directory, 'output.yaml')), finished };
  }

  async run(job: string, device: object | string, settings?: object): Promise<FinishedJob> {
    return this.start(job, device, settings).finished;
  }

  settings(): object {
    return { image_directories: [this.directory, '/var/tmp/lavaflow/images'] };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
    this.#programs.remove();
  }
}

/** A device of the simulated board, as a rendered configuration. */
export function boardDevice(commands: object): object {
  return {
    commands: { users: { hello: { do: 'echo hello', undo: 'echo bye' } }, ...commands },
    constants: {
      'kernel-start-message': 'Linux version [0-9]',
      'shutdown-message': 'The system is going down for reboot NOW',
      'default-shell-prompt': 'lava-test: # ',
      spawn_maxread: '4092',
      failure_retry: 1,
      boot_retry: 1,
      posix: {
        lava_test_results_dir: '/lava-%s',
        lava_test_sh_cmd: '/bin/sh',
        lava_test_shell_file: '~/.bashrc',
      },
      'u-boot': {
        'interrupt-prompt': 'Hit any key to stop autoboot',
        'interrupt-character': ' ',
        'interrupt-newline': false,
        'final-message': 'Starting kernel',
        'error-messages': ['Resetting CPU', 'File not found'],
      },
    },
    parameters: {},
    actions: {
      deploy: { connections: { serial: null }, methods: { image: null } },
      boot: {
        connections: { serial: null },
        methods: {
          minimal: null,
          'u-boot': { parameters: { bootloader_prompt: '=> ' }, onboard: { commands: ['boot'] } },
        },
      },
    },
    timeouts: {
      actions: { 'bootloader-interrupt': { seconds: 30 }, 'power-off': { seconds: 10 } },
      connections: {},
    },
  };
}

/** A QEMU device, x86-64, without KVM. */
export function qemuDevice(): object {
  const board = boardDevice({}) as { actions: { deploy: object }; commands?: object };
  delete board.commands;
  return {
    ...board,
    available_architectures: ['amd64'],
    actions: {
      deploy: board.actions.deploy,
      boot: {
        connections: { serial: null },
        methods: {
          qemu: {
            parameters: {
              command: 'qemu-system-x86_64',
              options: ['-m 256', '-nographic', '-monitor none', '-nic none'],
            },
          },
        },
      },
    },
  };
}

/** The results of a log, as `definition case result [error_type] [set] [measurement units]`. */
export function summarize(results: readonly ResultLine[]): string[] {
  return results.map((line) =>
    ['definition', 'case', 'result', 'error_type', 'set', 'measurement', 'units']
      .map((key) => line[key])
      .filter((value) => value !== undefined)
      .map((value) => (typeof value === 'number' ? String(value) : (value as string)))
      .join(' '),
  );
}

/** The lines of a log, without lines that are not log lines (such as a warning from Python). */
export function readLog(text: string): { lines: LogLine[]; results: ResultLine[] } {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('{"dt"'))
    .map((line) => parse(line) as LogLine);
  const results = lines.filter((line) => line.lvl === 'results').map((line) => line.msg as ResultLine);
  return { lines, results };
}

function readFinished(directory: string, code: number | null): FinishedJob {
  const result = readText(join(directory, 'result.yaml'));
  return {
    code,
    directory,
    ...readLog(readText(join(directory, 'output.yaml'))),
    result: result === '' ? undefined : (parse(result) as Record<string, unknown>),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
