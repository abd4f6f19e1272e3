import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dictionaryPath, makeLab } from '../validate-lab.js';

export interface LabMaster {
  readonly name: string;
  readonly url: string;
  readonly tokenFile: string;
  /** Names of its sites. */
  readonly sites: readonly string[];
}

const environment = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'bench',
  GIT_AUTHOR_EMAIL: 'bench@example.org',
  GIT_COMMITTER_NAME: 'bench',
  GIT_COMMITTER_EMAIL: 'bench@example.org',
};

function git(directory: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: directory, env: environment, encoding: 'utf8' }).trim();
}

/** A lab repo on disk, committed. */
export class BenchLab {
  constructor(readonly directory: string) {}

  /**
   * Writes the lab again from scratch.
   * @param extra files besides those of the large lab, by path; null: omitted
   */
  write(devices: number, types: number, extra: ReadonlyMap<string, string | null>): void {
    rmSync(this.directory, { recursive: true, force: true });
    const files = new Map<string, string | null>([...makeLab(devices, types), ...extra]);
    for (const [path, text] of files) {
      // A current stock LAVA does not accept certificates.
      if (text === null || path.endsWith('/certificate.key')) continue;
      mkdirSync(dirname(join(this.directory, path)), { recursive: true });
      writeFileSync(join(this.directory, path), text);
    }
    git(this.directory, 'init', '-q', '-b', 'main');
    this.commit();
  }

  /**
   * Writes the lab of one stock LAVA, whose address and token are in `BENCH_URL` and `BENCH_TOKEN`: about 30 devices per
   * type.
   */
  writeForStock(devices: number, extra: Iterable<readonly [string, string]> = []): void {
    const master =
      'kind: Master\nurlFrom: {env: BENCH_URL}\ntokenFrom: {env: BENCH_TOKEN}\nsites: [north, east, south, west]\n';
    this.write(
      devices,
      Math.max(5, Math.round(devices / 30)),
      new Map([
        ['.gitignore', '.lavaflow/\n'],
        ['lab-config/lab.yaml', openPolicy],
        ['lab-config/masters/main.yaml', master],
        ...extra,
      ]),
    );
  }

  /** Changes one dictionary; `index` counts from 0. */
  touch(index: number, note: string): void {
    const path = join(this.directory, dictionaryPath(index));
    const text = readFileSync(path, 'utf8').replace(/\n\{# .* #\}\n$/, '\n');
    writeFileSync(path, `${text}{# ${note} #}\n`);
  }

  stage(): void {
    git(this.directory, 'add', '-A');
  }

  /** @returns the commit ID */
  commitStaged(): string {
    git(this.directory, 'commit', '-q', '-m', 'bench');
    return this.head();
  }

  /** @returns the commit ID */
  commit(): string {
    this.stage();
    return this.commitStaged();
  }

  head(): string {
    return git(this.directory, 'rev-parse', 'HEAD');
  }
}

/** `lab.yaml` of a lab in which an apply may change everything. */
export const openPolicy =
  'kind: Lab\nname: bench\npolicy: {mode: enforce, maxUpdateShare: 1, maxRemoveShare: 1}\n';

export function masterFile({ url, tokenFile, sites }: LabMaster): string {
  return `kind: Master\nurl: ${url}\ntokenFrom: {file: ${tokenFile}}\nsites: [${sites.join(', ')}]\n`;
}
