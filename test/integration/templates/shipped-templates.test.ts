import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isShippedText, shippedTemplates } from '../../../src/templates/index.js';
import { requireOrSkip } from '../../support/real-parts.js';

const directory = '/usr/share/lava-server/device-types';

describe.skipIf(requireOrSkip('stock-lava') !== null)("LAVA 2023.01's own templates", () => {
  const names = () =>
    readdirSync(directory)
      .filter((name) => name.endsWith('.jinja2'))
      .map((name) => name.slice(0, -7));

  it('are known by name', () => {
    expect([...shippedTemplates].sort()).toEqual(names().sort());
  });

  it('are told from changed copies', () => {
    for (const name of names()) {
      // One has CRLF; LAVA gives it with LF.
      const text = readFileSync(join(directory, `${name}.jinja2`), 'utf8').replaceAll('\r\n', '\n');
      expect([name, isShippedText(name, text), isShippedText(name, `${text} `)]).toEqual([name, true, false]);
    }
  });
});
