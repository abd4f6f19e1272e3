/** Compares the device schema of LAVA's scheduler in Debian's LAVA 2023.01 with the one in `job`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createEnvironment, TemplateError } from '../../../src/jinja/index.js';
import { checkDeviceConfiguration } from '../../../src/job/index.js';
import { parseYaml } from '../../../src/pyyaml/index.js';
import { makeDictionaries, readDeviceTypes } from '../../support/jinja-device-types.js';
import { askLavaSchemas } from '../../support/python/lava-schemas.js';
import { requireOrSkip } from '../../support/real-parts.js';

const release = 202301;

/** The configurations of all stock device types that render. */
function stockConfigurations(
  kinds: Parameters<typeof makeDictionaries>[1],
  most = Infinity,
): Map<string, string> {
  const types = readDeviceTypes();
  const dictionaries = makeDictionaries(types, kinds);
  const environment = createEnvironment({
    loader: {
      load: (name) => {
        const text = dictionaries[name] ?? types.get(name);
        return text === undefined ? null : { text, file: name };
      },
    },
  });
  const texts = new Map<string, string>();
  for (const name of Object.keys(dictionaries).slice(0, most)) {
    try {
      texts.set(name, environment.render(name, {}));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
    }
  }
  return texts;
}

/** Names and reasons of the texts that only one of them accepts. Ignores texts that are not YAML. */
function disagreements(texts: ReadonlyMap<string, string>): {
  different: string[];
  accepted: number;
  refused: number;
} {
  const values = [...texts].flatMap(([name, text]) => {
    const yaml = parseYaml(text);
    return yaml.ok ? [{ name, text, value: yaml.value }] : [];
  });
  const refusals = askLavaSchemas(values.map(({ text }) => ['device', text] as const));
  const different = values.flatMap(({ name, value, text }, index) => {
    const ours = checkDeviceConfiguration(value, release).map(({ path, message }) => `${path}: ${message}`);
    const theirs = refusals[index] ?? null;
    return (ours.length === 0) === (theirs === null)
      ? []
      : [`${name}: ${ours.join('; ')} | ${theirs ?? ''} | ${text.slice(0, 300)}`];
  });
  const refused = refusals.filter((refusal) => refusal !== null).length;
  return { different, refused, accepted: refusals.length - refused };
}

describe.skipIf(requireOrSkip('lava-schemas'))('checkDeviceConfiguration and LAVA 2023.01', () => {
  it('accept and reject the same stock device types', () => {
    const { different, accepted } = disagreements(stockConfigurations(['usual']));
    expect(different).toEqual([]);
    expect(accepted).toBeGreaterThan(300);
  });

  it('accept and reject the same broken configurations', () => {
    const odd = fc.constantFrom<unknown>(
      null,
      true,
      'x',
      '0403',
      3,
      1.5,
      [],
      ['x'],
      [3],
      {},
      { a: 1 },
      { minutes: 1, hours: 2 },
    );
    const stock = [...stockConfigurations(['usual'], 8)].flatMap(([, text]) => {
      const yaml = parseYaml(text);
      return yaml.ok && checkDeviceConfiguration(yaml.value, release).length === 0 ? [yaml.value] : [];
    });
    const changed = fc
      .tuple(fc.constantFrom(...stock), fc.array(fc.tuple(fc.nat(400), odd), { minLength: 1, maxLength: 3 }))
      .map(([value, changes]) => changes.reduce((now, [at, what]) => replaceAt(now, at, what), value));
    const keys = fc.constantFrom(...topLevelKeys, 'unknown');
    const made = fc.dictionary(keys, odd, { maxKeys: 4 });
    const values = fc.sample(fc.oneof(changed, made, edgeCases), 500);
    const texts = new Map(values.map((value, index) => [`${index}`, JSON.stringify(value)]));
    const { different, accepted, refused } = disagreements(texts);
    expect(different).toEqual([]);
    expect(accepted).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(50);
  });
});

const ssh = (host: unknown) => ({ deploy: { methods: { ssh: { host } } } });
const edgeCases = fc.constantFrom<unknown>(
  {},
  { actions: ssh('board'), commands: { power_off: 'x' } },
  { actions: ssh(''), commands: { power_off: 'x' } },
  { actions: ssh('board'), commands: { connect: 'x' } },
  { actions: { deploy: { methods: { ssh: null } } } },
  { actions: { boot: { methods: {} } } },
  { actions: { test: { methods: { docker: { options: [1] } } } } },
  { timeouts: { actions: { 'a-b': {}, c: { seconds: -1, skip: true } } } },
  { timeouts: { actions: { A: { seconds: 1 } } } },
  { timeouts: { connections: { a: { minutes: 1, seconds: 1 } } } },
  { commands: { connections: { uart0: { connect: 'x', tags: ['primary'] } }, must_use_connection: true } },
  { commands: { connections: { uart0: { tags: 'primary' } } } },
  { commands: { users: { a: { do: 'x' }, b: { undo: 'y' } } } },
  { usb_vendor_id: 'é234', usb_product_id: '12345' },
  { usb_sleep: true, device_info: [{}], fastboot_options: ['a'] },
  { uuu_usb_otg_path_command: ['a'], uuu_corrupt_boot_media_command: [1] },
);

const topLevelKeys =
  `character_delays commands constants adb_serial_number fastboot_serial_number fastboot_options
  fastboot_via_uboot device_info static_info storage_info environment flash_cmds_order parameters board_id usb_vendor_id
  usb_product_id usb_sleep usb_filesystem_label usb_serial_driver actions timeouts available_architectures
  uuu_usb_otg_path uuu_usb_otg_path_command uuu_corrupt_boot_media_command`.split(/\s+/);

/** Replaces the nth part of a value, counted from the outside. */
function replaceAt(value: unknown, at: number, what: unknown): unknown {
  let left = at;
  const visit = (part: unknown): unknown => {
    left -= 1;
    if (left === -1) return what;
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(value);
}
