import type { LabFileValue } from '../config/read-config.js';
import type { LabDeviceType } from '../config/read-device-types.js';
import type { TextFile } from '../files/read-files.js';
import type { LabTree } from '../files/tree.js';
import { nearest } from '../../diagnostics/index.js';
import { orElse } from '../names.js';
import type { Report } from '../report.js';
import { isShippedText } from '../../templates/index.js';
import type { YamlTree } from '../yaml/yaml-tree.js';

/** If more templates than this have names of LAVA's, the directory is a copy, or the choice is made for all at once. */
const mostSlips = 5;
const mostNames = 5;

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
  const shadowing = [...tree.templates].filter(
    ([name]) =>
      shipped.has(name) && !overrides.includes(name) && deviceTypes.get(name)?.overridesShipped !== true,
  );
  if (shadowing.length > mostSlips) reportMany(shadowing, report);
  else for (const [name, file] of shadowing) reportOne(name, file, report);
  for (const [index, name] of overrides.entries()) {
    if (lab === null || tree.templates.has(name)) continue;
    report.warn(
      'override-unused',
      lab.tree.placeOf(['overrides', index]),
      `device-types/${name}.jinja2 does not exist, so there is nothing to override`,
      orElse(nearest(name, tree.templates.keys()), 'Remove the name.'),
    );
  }
}

function reportOne(name: string, { path, text }: TextFile, report: Report): void {
  const isCopy = text !== null && isShippedText(name, text);
  report.error(
    'template-shadows-shipped',
    { file: path },
    isCopy
      ? `this is an unchanged copy of LAVA's template "${name}"`
      : `LAVA also ships a template "${name}", and this one would replace it for every device`,
    isCopy
      ? `Move it to a directory outside of device-types that deviceTypeSources names, or confirm it with \`overrides: [${name}]\` in lab-config/lab.yaml.`
      : `Rename it, or confirm it with \`overrides: [${name}]\` in lab-config/lab.yaml.`,
  );
}

/** Usually device-types is a copy of LAVA's directory: a source for the lab, not part of it. */
function reportMany(shadowing: readonly (readonly [string, TextFile])[], report: Report): void {
  const names = shadowing.map(([name]) => name);
  const paths = shadowing.map(([, { path }]) => path);
  const copies = shadowing.filter(([name, { text }]) => text !== null && isShippedText(name, text)).length;
  const shown = `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`;
  const same = copies === 0 ? '' : `; ${copies} of them are unchanged copies of LAVA 2023.01`;
  report.error(
    'template-shadows-shipped',
    { file: paths[0] ?? '' },
    `${names.length} templates in device-types have names of templates that LAVA ships, and would replace them for every device: ${shown}${same}`,
    "Move LAVA's templates out of device-types into a directory such as `upstream`, and write `deviceTypeSources: [{directory: upstream}]` in lab-config/lab.yaml. If these are your own, list their names in `overrides` there.",
    paths,
  );
  report.silence(paths);
}
