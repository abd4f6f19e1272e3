import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { createEnvironment, TemplateError } from '../../../src/jinja/index.js';
import { isMapping, parseYaml } from '../../../src/pyyaml/index.js';
import { makeDictionaries, type DictionaryKind } from '../jinja-device-types.js';
import type { GenuineSchemas } from './genuine.js';
import { mutate } from './mutate.js';
import type { Random } from './random.js';
import { Pairs, yamlText } from './yaml-text.js';

const installedTypes = '/usr/share/lava-server/device-types';
const kinds: readonly DictionaryKind[] = ['usual', 'minimal', 'texts', 'lists', 'numbers'];

/** The rendered configurations of every stock device type of a release, with dictionaries of five kinds. */
export function stockConfigurations({ root }: Pick<GenuineSchemas, 'root'>): readonly string[] {
  const own = join(root ?? '/', installedTypes);
  const directory = existsSync(own) ? own : installedTypes;
  const names = readdirSync(directory).filter((name) => name.endsWith('.jinja2'));
  const types = new Map(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
  const dictionaries = makeDictionaries(types, kinds);
  const environment = createEnvironment({
    loader: {
      load: (name) => {
        const text = dictionaries[name] ?? types.get(name);
        return text === undefined ? null : { text, file: name };
      },
    },
  });
  return Object.keys(dictionaries).flatMap((name) => {
    try {
      return [environment.render(name, {})];
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return [];
    }
  });
}

/** Mappings to mutate: the stock configurations, with few of the keys that LAVA does not check. */
export function seedsOf(stock: readonly string[]): readonly unknown[] {
  return stock.flatMap((text) => {
    const yaml = parseYaml(text);
    return yaml.ok && isMapping(yaml.value) ? [shortened(yaml.value, 5)] : [];
  });
}

function shortened(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.slice(0, 40);
  if (Array.isArray(value)) return value.slice(0, 4).map((item) => shortened(item, depth - 1));
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).slice(0, depth > 3 ? 30 : 4);
  return depth === 0 ? {} : Object.fromEntries(entries.map(([key, part]) => [key, shortened(part, depth - 1)]));
}

const keys = [
  ...`character_delays commands constants adb_serial_number fastboot_serial_number fastboot_options
  fastboot_via_uboot fastboot_auto_detection device_info static_info storage_info environment flash_cmds_order parameters
  board_id board_qdl_id usb_vendor_id usb_product_id usb_sleep usb_filesystem_label usb_serial_driver actions timeouts
  available_architectures uuu_usb_otg_path uuu_usb_otg_path_command uuu_corrupt_boot_media_command hostname devicetype
  connections users must_use_connection connect tags do undo power_on power_off hard_reset deploy boot test methods docker
  global_options options ssh host days hours minutes seconds skip login-action`.split(/\s+/),
];

const ssh = (host: unknown) => ({ deploy: { methods: { ssh: { host } } } });
const values: readonly unknown[] = [
  ssh('board'),
  ssh(''),
  ssh([]),
  ssh(0),
  { deploy: { methods: { ssh: null } } },
  { deploy: { methods: { ssh: 'x' } } },
  { deploy: { methods: null, connections: null, parameters: { a: true, b: 'x' } } },
  { deploy: {} },
  { boot: {} },
  { boot: { methods: {}, connections: {} } },
  { boot: { methods: null, connections: null } },
  { test: { methods: { docker: { options: [1], global_options: [] } } } },
  { power_off: 'x' },
  { power_off: 'x', hard_reset: ['x'] },
  { uart0: { connect: 'x', tags: ['primary'] } },
  { uart0: { connect: 'x' } },
  { a: { do: 'x', undo: 'y' } },
  { a: { do: ['x'], undo: ['y'] } },
  { a: { do: [], undo: '' } },
  { a: { do: ['', 'x'] } },
  { a: { undo: 'y' } },
  { actions: { 'login-action': { minutes: 5 } }, connections: { 'lava-x': { seconds: 1, skip: true } } },
  { 'login-action': { minutes: 5 } },
  { Login: { minutes: 5 } },
  'board',
  true,
  ['x', 'y'],
  [{}],
  5,
];

/** A rendered configuration with changes, or one of a few keys. */
export function changedConfiguration(seeds: readonly unknown[], random: Random): string {
  const seed: unknown = random.isOneIn(3) ? madeUp(random) : random.pick(seeds);
  const changed = mutate(seed, random, { keys, values });
  return random.isOneIn(2) && changed instanceof Pairs ? sections(changed) : yamlText(changed);
}

/** One line per key, as rendered configurations have. */
function sections({ pairs }: Pairs): string {
  return pairs.map(([key, value]) => `${yamlText(key)}: ${yamlText(value)}\n`).join('');
}

function madeUp(random: Random): unknown {
  return Object.fromEntries(Array.from({ length: random.below(5) }, () => [random.pick(keys), random.pick(values)]));
}
