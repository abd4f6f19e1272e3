import type { LabFileValue } from '../config/read-config.js';
import type { LabDeviceType } from '../config/read-device-types.js';
import type { LabTree } from '../files/tree.js';
import { didYouMean } from '../names.js';
import type { Report } from '../report.js';
import type { YamlTree } from '../yaml/yaml-tree.js';

/**
 * Reports templates that would replace one that LAVA ships for every device of a master, unless the lab confirms that
 * this is intended. Also reports overrides without a template.
 */
export function reportShadowedTemplates(
  tree: LabTree,
  deviceTypes: ReadonlyMap<string, LabDeviceType>,
  lab: { readonly value: LabFileValue; readonly tree: YamlTree } | null,
  shipped: ReadonlySet<string>,
  report: Report,
): void {
  const overrides = lab?.value.overrides ?? [];
  for (const [name, file] of tree.templates) {
    if (!shipped.has(name) || overrides.includes(name) || deviceTypes.get(name)?.overridesShipped === true)
      continue;
    report.error(
      'template-shadows-shipped',
      { file: file.path },
      `LAVA also ships a template "${name}", and this one would replace it for every device`,
      `Rename it, or confirm it with \`overrides: [${name}]\` in lab-config/lab.yaml.`,
    );
  }
  for (const [index, name] of overrides.entries()) {
    if (lab === null || tree.templates.has(name)) continue;
    report.warn(
      'override-unused',
      lab.tree.placeOf(['overrides', index]),
      `device-types/${name}.jinja2 does not exist, so there is nothing to override`,
      didYouMean(name, tree.templates.keys()),
    );
  }
}
