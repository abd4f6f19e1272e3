import { keyOf, type ConfigurationObject, type ObjectKey, type ObservedMaster } from '../../model/index.js';
import { fileNameOf, isShippedText, shippedTemplates } from '../../templates/index.js';
import type { SourceTemplates } from '../templates/namespace.js';

/** Templates that are worth storing in the lab: the master's own, not those that LAVA ships. */
export interface TemplateChoice {
  /** The master without LAVA's own templates. */
  readonly observed: ObservedMaster;
  /** Names of templates whose origin is unknown. */
  readonly unsure: readonly string[];
}

/**
 * LAVA reports whether a template is its own only if the name is that of a device type (since 2022.04). For other names
 * the text decides: the texts of LAVA 2023.01 are known, and a name that LAVA does not ship belongs to the master. On
 * another release, a text that differs from 2023.01's may be either, unless LAVA's own templates of that release are known.
 * @param certain templates that are known to be the master's
 * @param takesUnsure keep templates whose origin is unknown
 * @param shipped the templates that this release ships, by file name; null: unknown
 */
export function chooseTemplates(
  observed: ObservedMaster,
  certain: ReadonlySet<ObjectKey>,
  takesUnsure: boolean,
  shipped: SourceTemplates | null = null,
): TemplateChoice {
  const unsure: string[] = [];
  const objects = new Map<ObjectKey, ConfigurationObject>();
  for (const object of observed.objects.values()) {
    const key = keyOf(object);
    if (object.kind !== 'template' || observed.software === 'lavaflow' || certain.has(key)) {
      objects.set(key, object);
      continue;
    }
    const { name, fields } = object;
    if (shipped?.get(fileNameOf(name))?.text.replace(/\r\n?/g, '\n') === fields.text) continue;
    if (isShippedText(name, fields.text ?? '')) continue;
    const isSure = shipped !== null || !shippedTemplates.has(name) || /^2023\.01\b/.test(observed.release);
    if (!isSure) unsure.push(name);
    if (isSure || takesUnsure) objects.set(key, object);
  }
  return { observed: { ...observed, objects }, unsure: takesUnsure ? [] : unsure.sort() };
}
