import { extendedTemplateOf } from '../../templates/index.js';
import type { Release } from '../release.js';
import type { Master } from '../master.js';
import { Crash } from '../refusal.js';

/** The configuration that LAVA stores in files rather than in its database. */
export type FileKind =
  'device' | 'device-type' | 'health-check' | 'dispatcher' | 'env' | 'env-dut' | 'certificate';

/**
 * The paths of a file below /etc/lava-server, in search order. The first is the object's own file, which is written; the
 * others are fallbacks: files for all workers, packaged templates, an older name of the same file.
 */
export function pathsOf(kind: FileKind, name: string, release: Release): readonly [string, ...string[]] {
  switch (kind) {
    case 'device':
      return [`dispatcher-config/devices/${name}.jinja2`];
    case 'device-type':
      return [`dispatcher-config/device-types/${name}.jinja2`, `${packaged}${name}.jinja2`];
    case 'health-check':
      return [`dispatcher-config/health-checks/${name}.yaml`];
    case 'dispatcher':
      return [`dispatcher.d/${name}/dispatcher.yaml`, `dispatcher.d/${name}.yaml`];
    case 'env':
      return [`dispatcher.d/${name}/env.yaml`, 'env.yaml'];
    case 'env-dut':
      return release.isZmq
        ? [`dispatcher.d/${name}/env-dut.yaml`, 'env.dut.yaml']
        : [`dispatcher.d/${name}/env-dut.yaml`, 'env-dut.yaml', 'env.dut.yaml'];
    case 'certificate':
      return [`certificates.d/${name}.key`];
  }
}

/** Packaged templates are stored elsewhere and never written; a copy of another master has its own. */
export const packaged = '/usr/share/lava-server/device-types/';

/**
 * The text as Python's text mode reads it: CRLF and CR become LF. Null if there is no file.
 * @throws Crash for a file that is not UTF-8, which LAVA does not expect
 */
export function readText(master: Master, kind: FileKind, name: string): string | null {
  for (const path of pathsOf(kind, name, master.release)) {
    const content = contentOf(master, path);
    if (content === undefined) continue;
    return decode(content).replace(/\r\n?/g, '\n');
  }
  return null;
}

/** Whether the file that is read is the object's own. */
export function isOwnFile(master: Master, kind: FileKind, name: string): boolean {
  return contentOf(master, pathsOf(kind, name, master.release)[0]) !== undefined;
}

/** Writes the object's own file. Since 2022.04, an empty text deletes it. */
export function writeText(master: Master, kind: FileKind, name: string, text: string): void {
  const [path] = pathsOf(kind, name, master.release);
  if (text === '' && master.release.emptyDeletes) master.state.files.delete(path);
  else master.state.files.set(path, text);
}

/** The health check of a device. LAVA looks it up by the one template that the dictionary extends. */
export function healthCheckOf(master: Master, hostname: string): string | null {
  const template = extendedTemplateOf(readText(master, 'device', hostname) ?? '');
  return template === null ? null : readText(master, 'health-check', template);
}

/** The names of all templates, own or packaged, except base templates. */
export function templateNames(master: Master): string[] {
  const own = 'dispatcher-config/device-types/';
  const names = [...master.state.files.keys(), ...[...master.packaged.keys()].map((name) => packaged + name)];
  const found = names.flatMap((path) => {
    const folder = [own, packaged].find((start) => path.startsWith(start));
    return folder === undefined ? [] : [path.slice(folder.length).replace(/\.jinja2$/, '')];
  });
  return [...new Set(found)].filter((name) => !name.startsWith('base')).sort();
}

function contentOf(master: Master, path: string): string | Uint8Array | undefined {
  const own = master.state.files.get(path);
  if (own !== undefined || !path.startsWith(packaged)) return own;
  return master.packaged.get(path.slice(packaged.length));
}

function decode(content: string | Uint8Array): string {
  if (typeof content === 'string') return content;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new Crash('a file is not UTF-8');
  }
}
