/**
 * A lab of 10,000 dictionaries over 300 device types: read and validated from cold, again, and after changes. Run it
 * with `npm run bench:validate`. The limits are those of the project: 5 s and 400 MB from cold.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readWorkingTree } from '../../src/git/index.js';
import { createLabLoader, type FileMap } from '../../src/lab/index.js';
import { dictionaryPath, familyTemplate, makeLab, rootTemplate } from './validate-lab.js';

const dictionaries = 10_000;
const types = 300;

function writeLab(directory: string): void {
  for (const [path, text] of makeLab(dictionaries, types)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

function withText(files: FileMap, path: string, change: (text: string) => string): FileMap {
  const file = files.get(path);
  if (file?.type !== 'file') throw new Error(`the lab has no ${path}`);
  const content = Buffer.from(change(Buffer.from(file.content).toString()));
  return new Map(files).set(path, { type: 'file', content });
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}

async function measure(directory: string): Promise<void> {
  const loader = createLabLoader();

  async function timed(what: string, files: () => FileMap | Promise<FileMap>): Promise<FileMap> {
    const [wall, cpu] = [performance.now(), process.cpuUsage()];
    const read = await files();
    const readMs = performance.now() - wall;
    const { findings, rendered } = loader.load(read);
    const wallMs = performance.now() - wall;
    const used = process.cpuUsage(cpu);
    // maxRSS is in kilobytes.
    const peak = megabytes(process.resourceUsage().maxRSS * 1024);
    console.log(
      `${what}: ${wallMs.toFixed(0)} ms (of which reading files ${readMs.toFixed(0)}), ` +
        `user ${(used.user / 1000).toFixed(0)} ms, system ${(used.system / 1000).toFixed(0)} ms, ` +
        `${rendered} rendered, ${findings.length} findings, peak ${peak}`,
    );
    for (const { place, message } of findings.slice(0, 3)) console.log(`  ${place.file}: ${message}`);
    return read;
  }

  const files = await timed('from cold', async () => (await readWorkingTree(directory)).files);
  await timed('again', async () => (await readWorkingTree(directory)).files);
  const remark = (text: string) => `${text}{# changed #}\n`;
  await timed('one dictionary changed', () => withText(files, dictionaryPath(7), remark));
  await timed('one family of templates changed', () => withText(files, familyTemplate, remark));
  await timed('the root template changed', () => withText(files, rootTemplate, remark));
}

function main(): void {
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-bench-'));
  try {
    writeLab(directory);
    console.log(`${dictionaries} dictionaries over ${types} device types`);
    // A process of its own: what made the lab shall not count.
    const args = [process.argv[1] ?? '', directory];
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const lab = process.argv[2];
if (lab === undefined) main();
else await measure(lab);
