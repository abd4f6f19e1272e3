import type { BoardState } from '../state.js';
import { kernelRelease, kernelVersion } from '../texts.js';

/** The board's files: directories by name, texts by path. Nothing can be written. */
const directories: readonly string[] = ['/', '/bin', '/dev', '/etc', '/proc', '/root', '/sys', '/tmp'];

const texts: Readonly<Record<string, (state: BoardState, nowMs: number) => string>> = {
  '/dev/null': () => '',
  '/etc/hostname': (state) => `${state.shell.hostname}\n`,
  '/etc/os-release': () =>
    'NAME="lavaflow board"\nID=lavaflow-board\nVERSION_ID=1\nPRETTY_NAME="lavaflow simulated board"\n',
  '/proc/cmdline': (state) => `${state.shell.kernelArguments}\n`,
  '/proc/uptime': (state, nowMs) => {
    const seconds = uptimeSeconds(state, nowMs).toFixed(2);
    return `${seconds} ${seconds}\n`;
  },
  '/proc/version': () => `Linux version ${kernelRelease} (build@lavaflow) ${kernelVersion}\n`,
};

export function uptimeSeconds(state: BoardState, nowMs: number): number {
  return Math.max(0, (nowMs - state.kernelStartMs) / 1000);
}

export function isDirectory(path: string): boolean {
  return directories.includes(path);
}

export function isFile(path: string): boolean {
  return Object.hasOwn(texts, path);
}

export function readText(state: BoardState, path: string, nowMs: number): string | undefined {
  return isFile(path) ? texts[path]?.(state, nowMs) : undefined;
}

/** The names in a directory, sorted. */
export function listNames(directory: string): string[] {
  const prefix = directory === '/' ? '/' : `${directory}/`;
  const all = [...directories, ...Object.keys(texts)].filter(
    (path) => path !== '/' && path.startsWith(prefix),
  );
  return [...new Set(all.map((path) => path.slice(prefix.length).split('/')[0] ?? ''))].sort();
}

/** An absolute path without `.` and `..`. */
export function resolvePath(directory: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
