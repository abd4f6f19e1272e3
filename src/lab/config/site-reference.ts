import { nearest } from '../../diagnostics/index.js';
import type { LabTree } from '../files/tree.js';
import { isName, orElse } from '../names.js';
import type { Report } from '../report.js';
import { textAt, type YamlTree } from '../yaml/yaml-tree.js';

/** Reports a name of a site in a file that the lab does not have. A name that is not valid is reported by the schema. */
export function reportUnknownSite(
  yaml: YamlTree,
  path: readonly (string | number)[],
  { sites }: Pick<LabTree, 'sites'>,
  report: Report,
): void {
  const site = textAt(yaml, path);
  if (site === undefined || !isName(site) || sites.has(site)) return;
  report.error(
    'site-unknown',
    yaml.placeOf(path),
    `there is no site "${site}"`,
    orElse(nearest(site, sites.keys()), `Write lab-config/sites/${site}.yaml.`),
  );
}
