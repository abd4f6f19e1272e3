import { isMapping, parseYaml } from '../../pyyaml/index.js';
import { findTemplate, renderDictionary } from '../../templates/index.js';
import type { Master } from '../master.js';
import { Refusal } from '../refusal.js';
import { readText, type FileKind } from './files.js';
import type { DeviceRow } from './rows.js';

/**
 * A dictionary as it renders over the templates of this master; null when there is none, or when it does not render.
 * @param device the device that the dictionary belongs to; null: none
 * @param context YAML, as a client sends it
 * @throws Refusal when the context is not YAML
 */
export function renderedText(
  master: Master,
  dictionary: string | null,
  device: Pick<DeviceRow, 'hostname' | 'deviceType'> | null,
  context: string | null,
): string | null {
  if (dictionary === null || dictionary === '') return null;
  const filesOf = (kind: FileKind) => ({ get: (name: string) => readText(master, kind, name) ?? undefined });
  const places = { dictionaries: filesOf('device'), templates: filesOf('device-type') };
  const find = (fileName: string) => {
    const text = findTemplate<string>(fileName, places);
    return text === undefined ? null : { text, file: fileName };
  };
  const rendered = renderDictionary(dictionary, find, device, master.release.number, contextOf(context));
  return rendered.ok ? rendered.value : null;
}

function contextOf(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {};
  const parsed = parseYaml(text);
  if (!parsed.ok || !isMapping(parsed.value)) throw new Refusal(400, 'the job context is not YAML');
  return parsed.value;
}
