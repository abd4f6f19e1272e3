import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { codeOf } from '../../host/index.js';
import { lavaPlaces } from '../lab/index.js';
import { maxFileBytes, type LavaDirectories, type WorkerTexts } from '../../lab/index.js';

/**
 * Reads LAVA's own directories: `devices`, `device-types` and `health-checks` of a dispatcher-config, and `dispatcher.d`
 * and the files for all workers next to it.
 * @throws UsageError when there are no dictionaries
 */
export async function readLavaDirectories(directory: string): Promise<LavaDirectories> {
  for (const place of lavaPlaces) {
    const config = join(directory, place);
    const dictionaries = await readTexts(join(config, 'devices'), '.jinja2');
    if (dictionaries.size === 0) continue;
    const above =
      place === '.' && (await entriesOf(join(config, 'dispatcher.d'))).length > 0
        ? config
        : join(config, '..');
    return {
      dictionaries,
      templates: await readTexts(join(config, 'device-types'), '.jinja2'),
      healthChecks: await readTexts(join(config, 'health-checks'), '.yaml'),
      unread: [
        ...(await findUnread(config, 'devices', '.jinja2')),
        ...(await findUnread(config, 'device-types', '.jinja2')),
        ...(await findUnread(config, 'health-checks', '.yaml')),
      ],
      workers: await readWorkers(join(above, 'dispatcher.d')),
      everyWorker: await readWorkerTexts(above),
    };
  }
  throw new UsageError(
    `${directory} contains no device dictionaries in LAVA's layout`,
    'Specify the directory that contains devices/*.jinja2, or dispatcher-config, such as /etc/lava-server.',
  );
}

/** LAVA reads `dispatcher.d/<worker>/dispatcher.yaml` first, then `dispatcher.d/<worker>.yaml`. */
async function readWorkers(directory: string): Promise<Map<string, WorkerTexts>> {
  const workers = new Map<string, WorkerTexts>();
  for (const [name, dispatcherConfig] of await readTexts(directory, '.yaml'))
    workers.set(name, { dispatcherConfig });
  for (const name of await entriesOf(directory)) {
    const own = join(directory, name);
    if (!(await isDirectory(own))) continue;
    const dispatcherConfig = await readText(join(own, 'dispatcher.yaml'));
    workers.set(name, {
      ...workers.get(name),
      ...(await readWorkerTexts(own)),
      ...(dispatcherConfig === undefined ? {} : { dispatcherConfig }),
    });
  }
  return workers;
}

async function readWorkerTexts(directory: string): Promise<Omit<WorkerTexts, 'dispatcherConfig'>> {
  const env = await readText(join(directory, 'env.yaml'));
  const envDut =
    (await readText(join(directory, 'env-dut.yaml'))) ?? (await readText(join(directory, 'env.dut.yaml')));
  return { ...(env === undefined ? {} : { env }), ...(envDut === undefined ? {} : { envDut }) };
}

async function readTexts(directory: string, ending: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const name of await entriesOf(directory)) {
    if (!name.endsWith(ending)) continue;
    const text = await readText(join(directory, name));
    if (text !== undefined) texts.set(name.slice(0, -ending.length), text);
  }
  return texts;
}

/**
 * What else is in one of LAVA's directories: files with other endings, which LAVA does not read, and subdirectories. Hidden
 * files and notes are usual.
 */
async function findUnread(config: string, directory: string, ending: string): Promise<string[]> {
  const unread: string[] = [];
  for (const name of await entriesOf(join(config, directory))) {
    if (name.startsWith('.') || /^readme/i.test(name)) continue;
    const isFolder = await isDirectory(join(config, directory, name));
    if (isFolder) unread.push(`${directory}/${name}/`);
    else if (!name.endsWith(ending)) unread.push(`${directory}/${name}`);
  }
  return unread;
}

async function entriesOf(directory: string): Promise<string[]> {
  return (await whereThere(() => readdir(directory)))?.sort() ?? [];
}

async function isDirectory(path: string): Promise<boolean> {
  return (await whereThere(() => stat(path)))?.isDirectory() ?? false;
}

/** Undefined if it is missing or not a regular file of a usual size. */
async function readText(path: string): Promise<string | undefined> {
  const status = await whereThere(() => stat(path));
  if (status?.isFile() !== true || status.size > maxFileBytes) return undefined;
  return await readFile(path, 'utf8');
}

async function whereThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
