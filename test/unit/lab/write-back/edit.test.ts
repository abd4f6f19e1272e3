import { describe, expect, it } from 'vitest';
import { setSyncEntry } from '../../../../src/lab/write-back/edit-sync.js';
import { setYamlKey } from '../../../../src/lab/write-back/edit-yaml.js';
import type { FieldValue } from '../../../../src/model/index.js';

const device = `# yaml-language-server: $schema=../schemas/device.schema.json
kind: Device
description:   "in the cellar"   # since spring
tags:
    # what it has
    - usb   # a stick
    - 'hdmi'
version: B2

# the end
`;

describe('setYamlKey', () => {
  it.each<[string, string, FieldValue | undefined, string]>([
    ['a string', 'description', 'in the attic', device.replace('"in the cellar"', 'in the attic')],
    ['a text that needs quotes', 'description', 'yes: no', device.replace('"in the cellar"', "'yes: no'")],
    ['a text of lines', 'description', 'a\nb', device.replace('"in the cellar"', '"a\\nb"')],
    ['null', 'version', null, device.replace('version: B2', 'version: null')],
    ['another key', 'health', 'Retired', `${device}health: Retired\n`],
    ['no key', 'version', undefined, device.replace('version: B2\n', '')],
    ['items', 'tags', ['usb', 'net'], device.replace("    - 'hdmi'\n", '    - net\n')],
    ['more items', 'tags', ['hdmi', 'net', 'usb'], device.replace("'hdmi'\n", "'hdmi'\n    - net\n")],
    [
      'no items',
      'tags',
      [],
      device
        .replace("    # what it has\n    - usb   # a stick\n    - 'hdmi'\n", '')
        .replace('tags:', 'tags: []'),
    ],
  ])('sets %s and leaves the rest', (_what, key, value, after) => {
    expect(setYamlKey(device, key, value)).toBe(after);
  });

  it.each<[string, FieldValue | undefined]>([
    ['{kind: Device, tags: [a]}', ['b']],
    ['kind: Device\ntags: [a, b]', ['b']],
    ['kind: Device\ntags: &t [a]\nother: *t\n', ['b']],
    ['kind: Device\ntags:\n', ['b']],
    ['kind: Device\ntags:\n- a\n- b\nx: 1', ['b', 'c']],
    ['kind: Device\n"tags": [a]', undefined],
    ['kind: Device\r\ntags: [a]\r\nx: 1\r\n', ['c']],
    ['kind: Device\ntext: |\n  a\n  b\ntags: [x]\n', ['c']],
    ['---\nkind: Device\n...\n', ['c']],
  ])('gives the wanted value for %j', (text, value) => {
    const edited = setYamlKey(text, 'tags', value);
    if (edited === null) return;
    expect(setYamlKey(edited, 'tags', value)).toBe(edited);
  });
});

const dictionary = `{# ours #}
{%- extends 'board.jinja2' -%}
{% set sync_to_lava = {
  'device_type': 'board', "worker": "w1",
  'tags': ['usb',
           "hdmi"],
  "group_device_permissions": [["view_device", "staff"]],
} %}
{% set port = 1 %}
`;

describe('setSyncEntry', () => {
  it.each<[string, FieldValue, string]>([
    ['worker', 'w2', dictionary.replace('"w1"', '"w2"')],
    ['deviceType', 'plank', dictionary.replace("'device_type': 'board'", "'device_type': 'plank'")],
    ['tags', ['hdmi', 'net', 'usb'], dictionary.replace('"hdmi"]', `"hdmi",\n           'net']`)],
    ['tags', ['hdmi'], dictionary.replace(`'usb',\n           `, '')],
    ['tags', [], dictionary.replace(`['usb',\n           "hdmi"]`, '[]')],
    [
      'permissions',
      [
        { group: 'all', permission: 'view_device' },
        { group: 'staff', permission: 'view_device' },
      ],
      dictionary.replace('"staff"]]', '"staff"], ["view_device", "all"]]'),
    ],
  ])('sets %s to %j and leaves the rest', (field, value, after) => {
    expect(setSyncEntry(dictionary, field, value)).toBe(after);
  });

  it.each<[string, FieldValue]>([
    ['physicalOwner', 'ann'],
    ['worker', null],
    ['worker', 'a %} b'],
    ['description', 'x'],
  ])('does not set %s to %j', (field, value) => {
    expect(setSyncEntry(dictionary, field, value)).toBeNull();
  });
});
