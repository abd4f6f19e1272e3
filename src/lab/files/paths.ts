import { isName } from '../names.js';

/** In the format of git's `gpg.ssh.allowedSignersFile`. */
export const allowedSignersFile = 'lab-config/allowed-signers';
/** Armored public keys, `*.asc`. */
export const gpgKeysDirectory = 'lab-config/gpg-keys';

const topDirectories = ['lab-config', 'device-types', 'device-dictionaries', 'workers'] as const;

/** Whether a path of a repository belongs to its lab. lavaflow ignores everything else. */
export function isLabPath(path: string): boolean {
  const [top = ''] = path.split('/', 1);
  return (topDirectories as readonly string[]).includes(top);
}

const workerParts = {
  'worker.yaml': 'worker',
  'env.yaml': 'env',
  'env-dut.yaml': 'env-dut',
  'dispatcher.yaml': 'dispatcher',
  'certificate.key': 'certificate',
} as const;
export type WorkerPart = (typeof workerParts)[keyof typeof workerParts];

export type NamedKind =
  'master' | 'site' | 'group' | 'device-type' | 'template' | 'health-check' | 'dictionary' | 'device';

/** The meaning of a lab file, derived from its path alone. */
export type FileMeaning =
  | { readonly kind: 'lab' }
  /** Who may sign revisions: with SSH, and a file of GPG keys. */
  | { readonly kind: 'allowed-signers' }
  | { readonly kind: 'gpg-key' }
  | {
      readonly kind: NamedKind;
      readonly name: string;
    }
  | { readonly kind: 'worker'; readonly name: string; readonly part: WorkerPart }
  /** README.md and .gitkeep. */
  | { readonly kind: 'ignored' }
  /** `worker`: the file is in this worker's directory. */
  | { readonly kind: 'unknown'; readonly hint: string; readonly worker?: string }
  | { readonly kind: 'bad-name'; readonly name: string; readonly of: NamedKind | 'worker' };

/** Names of a worker and a group that LAVA creates and manages itself. */
export function isReserved(kind: NamedKind | 'worker', name: string): boolean {
  return (kind === 'worker' && name === 'lava-logs') || (kind === 'group' && name === 'lava-health');
}

export function meaningOf(path: string): FileMeaning {
  const parts = path.split('/');
  const base = parts.at(-1) ?? '';
  if (parts.length > 1 && (base === 'README.md' || base === '.gitkeep')) return { kind: 'ignored' };
  const [top, second = '', third = ''] = parts;
  if (top === 'workers' && parts.length === 3) return workerFile(second, third);
  if (top === 'lab-config' && parts.length === 2 && second === 'lab.yaml') return { kind: 'lab' };
  if (path === allowedSignersFile) return { kind: 'allowed-signers' };
  if (parts.length === 3 && path.startsWith(`${gpgKeysDirectory}/`)) {
    return third.endsWith('.asc') ? { kind: 'gpg-key' } : { kind: 'unknown', hint: places['gpg-keys'] ?? '' };
  }
  if (top === 'lab-config' && parts.length === 3 && second === 'masters')
    return named('master', third, '.yaml');
  if (top === 'lab-config' && parts.length === 3 && second === 'sites') return named('site', third, '.yaml');
  if (top === 'lab-config' && parts.length === 3 && second === 'groups')
    return named('group', third, '.yaml');
  if (top === 'device-dictionaries' && parts.length === 2) {
    return second.endsWith('.yaml')
      ? named('device', second, '.yaml')
      : named('dictionary', second, '.jinja2');
  }
  if (top === 'device-types' && parts.length === 2) return deviceTypeFile(second);
  return { kind: 'unknown', hint: places[top ?? ''] ?? '' };
}

const places: Readonly<Record<string, string>> = {
  'lab-config':
    'Use only lab.yaml, masters/<name>.yaml, sites/<name>.yaml, groups/<name>.yaml, allowed-signers and gpg-keys/<name>.asc in lab-config.',
  'gpg-keys': 'Use only <name>.asc in lab-config/gpg-keys.',
  'device-types': 'Use only <type>.jinja2, <type>.yaml and <type>.health-check.yaml in device-types.',
  'device-dictionaries': 'Use only <hostname>.jinja2 and <hostname>.yaml in device-dictionaries.',
  workers: `Use only ${Object.keys(workerParts).join(', ')} in workers/<hostname>.`,
};

function named(kind: NamedKind, base: string, ending: string): FileMeaning {
  if (!base.endsWith(ending)) {
    const top = kind === 'dictionary' ? 'device-dictionaries' : 'lab-config';
    return { kind: 'unknown', hint: places[top] ?? '' };
  }
  const name = base.slice(0, -ending.length);
  return isName(name) && !isReserved(kind, name) ? { kind, name } : { kind: 'bad-name', name, of: kind };
}

function deviceTypeFile(base: string): FileMeaning {
  if (base.endsWith('.jinja2')) return named('template', base, '.jinja2');
  if (base.endsWith('.health-check.yaml')) return named('health-check', base, '.health-check.yaml');
  if (base.endsWith('.yaml')) return named('device-type', base, '.yaml');
  return { kind: 'unknown', hint: places['device-types'] ?? '' };
}

function workerFile(name: string, base: string): FileMeaning {
  if (!isName(name) || isReserved('worker', name)) return { kind: 'bad-name', name, of: 'worker' };
  const part = Object.hasOwn(workerParts, base) ? workerParts[base as keyof typeof workerParts] : undefined;
  if (part === undefined) return { kind: 'unknown', hint: places['workers'] ?? '', worker: name };
  return { kind: 'worker', name, part };
}
