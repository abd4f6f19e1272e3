import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEnvironment, TemplateError, type Environment } from '../../src/jinja/index.js';
import { DEVICE_TYPES, type Oracle } from './jinja-oracle.js';

/** The device types that Debian's lava-server installs, by name. */
export function readDeviceTypes(): Map<string, string> {
  const names = readdirSync(DEVICE_TYPES).filter((name) => name.endsWith('.jinja2'));
  return new Map(names.map((name) => [name, readFileSync(join(DEVICE_TYPES, name), 'utf8')]));
}

/** The variables that a type's template reads: the words before a filter, after `if` or in braces. */
function variablesOf(text: string): string[] {
  const found = [...text.matchAll(/\{\{-?\s*(\w+)|\bif\s+(\w+)|=\s*(\w+)\s*\|/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
  return [...new Set(found)].filter((name) => !/^(\d.*|not|)$/.test(name));
}

const SETS = {
  texts: (name: string) => `'set ${name}'`,
  lists: (name: string) => `['${name}', 'second', "it's"]`,
  numbers: (name: string) => String(name.length),
};

export type DictionaryKind = 'minimal' | 'usual' | 'texts' | 'lists' | 'numbers' | 'blocks';

/** Dictionaries for every type: minimal, typical for a lab, and with all its variables set. */
export function makeDictionaries(
  types: ReadonlyMap<string, string>,
  kinds: readonly DictionaryKind[],
): Record<string, string> {
  const made: Record<string, string> = {};
  for (const [type, text] of types) {
    const extend = `{% extends '${type}' %}\n`;
    const sets = (value: (name: string) => string) =>
      variablesOf(text)
        .map((name) => `{% set ${name} = ${value(name)} %}`)
        .join('\n');
    const all: Record<DictionaryKind, string> = {
      minimal: extend,
      usual:
        `${extend}{% set connection_command = 'telnet ser1 7001' %}\n{% set hard_reset_command = '/usr/bin/pdu reset' %}\n` +
        `{% set power_on_command = ['a', 'b'] %}\n{% set device_info = [{'board_id': '01234', 'fs_label': 'x'}] %}\n` +
        `{% set exclusive = 'True' %}\n{% set tags = ('one', 'two') %}\n`,
      texts: extend + sets(SETS.texts),
      lists: sets(SETS.lists) + extend,
      numbers: extend + sets(SETS.numbers),
      blocks: `${extend}{% block body %}{{ super() }}# appended\n{% endblock %}`,
    };
    for (const kind of kinds) made[`${kind}-${type}`] = all[kind];
  }
  return made;
}

/** Job contexts such as a scheduler provides. */
export const JOB_CONTEXTS: readonly Readonly<Record<string, unknown>>[] = [
  {
    arch: 'arm64',
    memory: 2048,
    kernel_start_message: '',
    extra_kernel_args: 'quiet',
    bootloader_prompt: '=>',
  },
  {},
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

/** Names whose rendering differs from CPython's, and how many rendered at all. */
export async function compareDeviceTypes(
  oracle: Oracle,
  types: ReadonlyMap<string, string>,
  dictionaries: Readonly<Record<string, string>>,
  context: Readonly<Record<string, unknown>>,
): Promise<{ different: string[]; rendered: number; compared: number }> {
  const environment = createEnvironment({
    loader: {
      load: (name) => {
        const text = dictionaries[name] ?? types.get(name);
        return text === undefined ? null : { text, file: name };
      },
    },
  });
  const names = Object.keys(dictionaries);
  const expected = await oracle.render(
    names.map((name) => ({ templates: {}, name, context })),
    { templates: dictionaries, directory: DEVICE_TYPES },
  );
  const different = names.filter((name, index) => {
    const outcome = expected[index];
    const wanted = outcome === undefined ? undefined : 'text' in outcome ? outcome.text : outcome.error;
    return renderOrClass(environment, name, context) !== wanted;
  });
  return {
    different,
    rendered: expected.filter((outcome) => 'text' in outcome).length,
    compared: names.length,
  };
}

function renderOrClass(
  environment: Environment,
  name: string,
  context: Readonly<Record<string, unknown>>,
): string {
  try {
    return environment.render(name, context);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error.pythonClass;
  }
}
