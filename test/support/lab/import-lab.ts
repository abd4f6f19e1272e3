import { loadLab, type LabChoices, type SourceTemplates } from '../../../src/lab/index.js';
import { normalise } from '../../../src/lava/normalise.js';
import type { ConfigurationObject } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import {
  importMaster,
  planMaster,
  type ImportedLab,
  type MasterTarget,
} from '../../../src/reconcile/index.js';

import { memoryRecords, modelMaster, type ModelMaster } from '../targets/model-master.js';

export const choices: LabChoices = {
  lab: 'imported',
  master: 'main',
  sites: { rules: [], rest: 'main', fallback: 'main' },
  templateSource: null,
  url: 'https://lava.example.com',
  tokenFrom: { env: 'LAVA_TOKEN' },
  installs: { repository: 'https://git.example.org/lavaflow.git', commit: 'c'.repeat(40) },
  reaches: { master: 'main', secret: 'LAVA_TOKEN' },
};

/** Imports a master in memory. */
export async function importOf(
  objects: readonly ConfigurationObject[],
  view: ModelMaster['view'] = {},
  more: Partial<LabChoices> = {},
  templates: SourceTemplates = new Map(),
): Promise<ImportedLab & { target: ModelMaster; texts: ReadonlyMap<string, string> }> {
  const target = Object.assign(modelMaster(objects), { normalise });
  target.view = view;
  const imported = await importMaster({
    target,
    decide: () => Promise.resolve({ choices: { ...choices, ...more }, templates }),
    takesUnsureTemplates: false,
  });
  const texts = new Map(
    [...imported.files].map(([path, file]) => [
      path,
      file.type === 'file' ? Buffer.from(file.content).toString('utf8') : '',
    ]),
  );
  return { ...imported, target, texts };
}

/** The plan for the imported lab right after its record was stored, and the findings of `validate`. */
export async function planAfter(imported: ImportedLab, target: MasterTarget) {
  const { lab, findings } = loadLab(imported.files);
  const desired = lab?.desired.get(choices.master);
  if (lab === null || desired === undefined) throw new Error('the imported files are not a valid lab');
  const records = memoryRecords();
  const revision = { repository: '/lab', revision: '0123456789abcdef0123456789abcdef01234567' };
  records.record = imported.recordAt(revision);
  const plan = await planMaster({
    target,
    desired,
    records,
    policy: lab.policy,
    mode: desired.master.mode,
    revision,
    consents: noConsents,
  });
  return { plan, findings, desired, record: records.record };
}
