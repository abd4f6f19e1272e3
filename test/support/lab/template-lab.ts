import type { ReadLab } from '../../../src/controller/index.js';
import type { LabSnapshot } from '../../../src/lab/index.js';
import { keyOf, type ConfigurationObject, type Lab, type Master } from '../../../src/model/index.js';

/** A lab with only device-type templates, for one master: enough to pass objects through the controller. */
export function readTemplateLab({ revision, files }: LabSnapshot): ReadLab {
  const objects: ConfigurationObject[] = [];
  for (const [path, file] of files) {
    const name = /^device-types\/(.+)\.jinja2$/.exec(path)?.[1];
    if (name === undefined || file.type !== 'file') continue;
    objects.push({ kind: 'template', name, fields: { text: Buffer.from(file.content).toString() } });
  }
  const master: Master = {
    name: 'm',
    address: { url: 'https://m.example.com' },
    tokenFrom: null,
    sites: [],
    mode: 'enforce',
  };
  const desired = {
    master,
    objects: new Map(objects.map((object) => [keyOf(object), object])),
    blocked: new Map(),
  };
  const lab: Lab = {
    name: 'lab',
    contacts: [],
    policy: { mode: 'enforce', prune: 'retire', maxUpdateShare: 1, maxRemoveShare: 1 },
    sites: new Map(),
    masters: new Map([['m', master]]),
    desired: new Map([['m', desired]]),
  };
  return { revision, lab, findings: [] };
}
