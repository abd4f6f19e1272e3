import { keyOf, type ConfigurationObject, type ObjectKey, type ObservedMaster } from '../../model/index.js';
import { isShippedText, shippedTemplates } from '../../templates/index.js';

/** Templates that are worth keeping in the lab: the master's own, not those that came with LAVA. */
export interface TemplateChoice {
  /** The master without templates that are LAVA's. */
  readonly observed: ObservedMaster;
  /** Names of templates of which nobody knows. */
  readonly unsure: readonly string[];
}

/**
 * LAVA tells whether a template is its own only where the name is that of a device type (from 2022.04). Elsewhere the
 * text tells: LAVA 2023.01's own are known, and a name that LAVA does not ship is the master's. With another release
 * a text that differs from 2023.01's may be either.
 * @param certain templates that are known to be the master's
 * @param takesUnsure keep those of which nobody knows
 */
export function chooseTemplates(
  observed: ObservedMaster,
  certain: ReadonlySet<ObjectKey>,
  takesUnsure: boolean,
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
    if (isShippedText(name, fields.text ?? '')) continue;
    const isSure = !shippedTemplates.has(name) || /^2023\.01\b/.test(observed.release);
    if (!isSure) unsure.push(name);
    if (isSure || takesUnsure) objects.set(key, object);
  }
  return { observed: { ...observed, objects }, unsure: takesUnsure ? [] : unsure.sort() };
}
