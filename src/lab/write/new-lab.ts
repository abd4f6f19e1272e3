import type { FileMap } from '../snapshot.js';
import { filesOf, yamlText } from './draft.js';
import { repositoryFiles } from './repository-files.js';
import { labText, siteText, type LabChoices } from './write-config.js';

/**
 * A lab repo that contains only the master that `lavaflow up` runs and its worker. It has no findings, and `lavaflow
 * up` starts in it.
 */
export function newLab(choices: Pick<LabChoices, 'lab' | 'installs'> & { readonly site: string }): FileMap {
  const { lab, site, installs } = choices;
  const worker = 'desk-worker';
  return filesOf([
    ...repositoryFiles({ lab, installs, reaches: null }),
    ['lab-config/lab.yaml', labText(lab, { undeclared: 'default' })],
    [
      'lab-config/masters/embedded.yaml',
      yamlText(
        { kind: 'Master', embedded: { worker }, sites: [site], mode: 'enforce' },
        'The master that `lavaflow up` runs on this machine, with one dispatcher for this worker.',
      ),
    ],
    [`lab-config/sites/${site}.yaml`, siteText()],
    [`workers/${worker}/worker.yaml`, yamlText({ kind: 'Worker', site })],
    ['device-types/.gitkeep', ''],
    ['device-dictionaries/.gitkeep', ''],
  ]);
}
