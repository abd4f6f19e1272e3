import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const python = '/usr/bin/python3';
const script = join(import.meta.dirname, 'render-with-jinja2.py');

/** Whether Debian's python3 can import a module; with LAVAFLOW_REQUIRE_REAL=1, a missing one is an error. */
export function hasPythonModule(module: string): boolean {
  const found = existsSync(python) && spawnSync(python, ['-c', `import ${module}`]).status === 0;
  if (!found && process.env['LAVAFLOW_REQUIRE_REAL'] === '1') {
    throw new Error(`${python} has no module ${module}: apt-get install python3-jinja2 lava-server`);
  }
  return found;
}

export interface RealRendering {
  readonly text?: string;
  readonly error?: string;
  /** The error reported by LAVA's own schema; null if there is none. Only with `schema`. */
  readonly schema?: string | null;
}

/** Renders with CPython's Jinja2 like LAVA does, and checks devices and jobs with LAVA's own schema on request. */
export function renderWithRealJinja(
  request: {
    readonly files: Readonly<Record<string, string>>;
    readonly dictionaries: readonly string[];
    readonly context?: Readonly<Record<string, unknown>>;
    readonly jobs?: Readonly<Record<string, string>>;
  },
  withSchema = false,
): Readonly<Record<string, RealRendering>> {
  const result = spawnSync(python, [script, ...(withSchema ? ['--schema'] : [])], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0) throw new Error(`render-with-jinja2.py failed: ${result.stderr}`);
  return JSON.parse(result.stdout) as Readonly<Record<string, RealRendering>>;
}
