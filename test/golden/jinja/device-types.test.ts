import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEnvironment, TemplateError, type Environment } from '../../../src/jinja/index.js';
import { DEVICE_TYPES, Oracle, whyNoOracle } from '../../support/jinja-oracle.js';

/**
 * Every device type that Debian's lava-server installs, through dictionaries and job contexts, byte for byte as
 * CPython's Jinja2 renders it. The expected bytes are made while the test runs.
 */

const missing = whyNoOracle(true);
const types = missing === null ? readdirSync(DEVICE_TYPES).filter((name) => name.endsWith('.jinja2')) : [];
const sources = new Map(types.map((name) => [name, readFileSync(join(DEVICE_TYPES, name), 'utf8')]));

/** The variables that a type's template reads, as the words before a `default` filter or in an `if`. */
function variablesOf(text: string): string[] {
  const names = [...text.matchAll(/\{\{-?\s*(\w+)|\bif\s+(\w+)|=\s*(\w+)\s*\|/g)].map(
    (match) => match[1] ?? match[2] ?? match[3],
  );
  return [...new Set(names)].filter((name) => name !== undefined).filter((name) => !/^\d|^not$/.test(name));
}

/** A value that suits a variable by its name, so that loops and filters on it work. */
function valueFor(name: string, kind: 'text' | 'list' | 'number'): string {
  if (kind === 'number') return String(name.length);
  if (kind === 'list') return `['${name}', 'second', "it's"]`;
  return `'set ${name}'`;
}

function dictionaries(): Record<string, string> {
  const made: Record<string, string> = {};
  for (const [type, text] of sources) {
    const sets = (kind: 'text' | 'list' | 'number') =>
      variablesOf(text)
        .map((name) => `{% set ${name} = ${valueFor(name, kind)} %}`)
        .join('\n');
    const extend = `{% extends '${type}' %}\n`;
    made[`minimal-${type}`] = extend;
    made[`usual-${type}`] =
      `${extend}{% set connection_command = 'telnet ser1 7001' %}\n{% set hard_reset_command = '/usr/bin/pdu reset' %}\n` +
      `{% set power_on_command = ['a', 'b'] %}\n{% set device_info = [{'board_id': '01234', 'fs_label': 'x'}] %}\n` +
      `{% set exclusive = 'True' %}\n{% set tags = ('one', 'two') %}\n`;
    made[`texts-${type}`] = extend + sets('text');
    made[`lists-${type}`] = sets('list') + extend;
    made[`numbers-${type}`] = extend + sets('number');
    made[`blocks-${type}`] = `${extend}{% block body %}{{ super() }}# appended\n{% endblock %}`;
  }
  return made;
}

const CONTEXTS: readonly Readonly<Record<string, unknown>>[] = [
  {},
  {
    arch: 'arm64',
    memory: 2048,
    kernel_start_message: '',
    extra_kernel_args: 'quiet',
    bootloader_prompt: '=>',
  },
  {
    arch: 'amd64',
    netdevice: 'tap',
    extra_options: ['-smp', 2],
    machine: 'q35',
    console_device: 'ttyS1',
    no_kvm: true,
  },
  {
    test_character_delay: 10,
    base_kernel_args: 'x y',
    menu_interrupt_prompt: null,
    tftp_mac: false,
    ratio: 1.5,
  },
];

describe.skipIf(missing !== null)(`device types of Debian (${missing ?? `${types.length} types`})`, () => {
  let oracle: Oracle;
  let environment: Environment;
  const made = dictionaries();

  beforeAll(() => {
    oracle = new Oracle();
    environment = createEnvironment({
      loader: {
        load: (name) => {
          const text = made[name] ?? sources.get(name);
          return text === undefined ? null : { text, file: name };
        },
      },
    });
  });
  afterAll(async () => {
    await oracle.close();
  });

  function render(name: string, context: Readonly<Record<string, unknown>>) {
    try {
      return environment.render(name, context);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return error.pythonClass;
    }
  }

  it.each(CONTEXTS.map((context, index) => ({ index, context })))(
    'render alike with job context $index',
    async ({ context }) => {
      const names = [...sources.keys(), ...Object.keys(made)];
      const expected = await oracle.render(
        names.map((name) => ({ templates: {}, name, context })),
        { templates: made, directory: DEVICE_TYPES },
      );
      const different = names.filter((name, index) => {
        const outcome = expected[index];
        if (outcome === undefined) return true;
        return render(name, context) !== ('text' in outcome ? outcome.text : outcome.error);
      });
      expect(different).toEqual([]);
      expect(expected.filter((outcome) => 'text' in outcome).length).toBeGreaterThan(names.length / 2);
    },
    60_000,
  );
});
