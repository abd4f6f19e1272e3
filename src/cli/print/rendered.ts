import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Rendered } from '../../app/render/index.js';
import { printJson } from '../output.js';

/**
 * Prints rendered devices, or writes each to a file.
 * @param directory for DEVICE.yaml files
 */
export function writeRendered(
  devices: ReadonlyMap<string, Rendered>,
  directory: string | undefined,
  format: string,
): void {
  const texts = [...devices].map(([device, rendered]) => [device, textOf(rendered)] as const);
  if (directory !== undefined) {
    mkdirSync(directory, { recursive: true });
    for (const [device, text] of texts) writeFileSync(join(directory, `${device}.yaml`), text);
  } else if (format === 'json') printJson(Object.fromEntries([...devices].map(jsonOf)));
  else for (const [, text] of texts) process.stdout.write(text);
}

function textOf(rendered: Rendered): string {
  if ('text' in rendered) return rendered.text;
  const { lines } = rendered.explanation;
  const places = lines.map(({ file, line }) => (file === '' ? '' : `${file}:${line}`));
  const width = Math.max(0, ...places.map(({ length }) => length));
  return lines.map(({ text }, index) => `${(places[index] ?? '').padEnd(width)} | ${text}\n`).join('');
}

function jsonOf([device, rendered]: readonly [string, Rendered]): [string, unknown] {
  if ('text' in rendered) return [device, rendered.text];
  const { text, lines, keys } = rendered.explanation;
  return [device, { text, lines, keys: Object.fromEntries(keys) }];
}
