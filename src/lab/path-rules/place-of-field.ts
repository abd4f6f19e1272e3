import type { Place } from '../../diagnostics/index.js';
import type { ConfigurationObject, ObjectOf } from '../../model/index.js';
import type { LabParts } from '../lab-parts.js';
import { syncNames, workerFiles } from './field-names.js';
import { placeAt } from '../place.js';
import { Report } from '../report.js';
import { readTemplateFacts } from '../../templates/index.js';
import { readYaml } from '../yaml/yaml-tree.js';

/** The place in the lab that specifies a field of an object. */
export function placeOfField(object: ConfigurationObject, field: string, parts: LabParts): Place {
  switch (object.kind) {
    case 'group':
      return placeInGroup(object.name, field, parts);
    case 'template':
      return { file: parts.tree.templates.get(object.name)?.path ?? '', line: 1, column: 1 };
    case 'health-check':
      return { file: fileOfCheck(object.name, parts), line: 1, column: 1 };
    case 'worker':
      return placeInWorker(object, field, parts);
    case 'device-type':
      return placeInType(object, field, parts);
    case 'device':
      return placeInDevice(object.name, field, parts);
  }
}

function placeInGroup(name: string, field: string, { groups }: LabParts): Place {
  const group = groups.get(name);
  return group?.yaml?.placeOf([field]) ?? { file: group?.file ?? `lab-config/groups/${name}.yaml` };
}

/** LAVA stores it under the name of a template that devices of the type extend, or else of the type. */
function fileOfCheck(name: string, { healthChecks, devices }: LabParts): string {
  const types = new Set(
    [...devices.values()].filter((one) => one.template === name).map((one) => one.deviceType),
  );
  const check = healthChecks.find(({ deviceType }) => types.has(deviceType) || deviceType === name);
  return check?.file ?? '';
}

function placeInWorker({ name }: ObjectOf<'worker'>, field: string, { tree }: LabParts): Place {
  const files = tree.workers.get(name);
  const path = files?.path ?? `workers/${name}/worker.yaml`;
  const own = Object.hasOwn(workerFiles, field)
    ? files?.parts.get(workerFiles[field as keyof typeof workerFiles].part)
    : undefined;
  if (own !== undefined) return { file: own.path, line: 1, column: 1 };
  const main = files?.parts.get('worker');
  const yaml = main?.text == null ? null : readYaml(main.path, main.text, 'own', new Report());
  return yaml?.placeOf([field]) ?? { file: path };
}

function placeInType({ name }: ObjectOf<'device-type'>, field: string, parts: LabParts): Place {
  const type = parts.deviceTypes.get(name);
  const isOwn = type !== undefined && Object.hasOwn(type.fields, field);
  const giver = [...parts.devices.values()].find(
    (device) => device.deviceType === name && device.aliases.length > 0,
  );
  if (isOwn || giver === undefined || field !== 'aliases')
    return type?.yaml?.placeOf([field]) ?? { file: type?.file ?? `device-types/${name}.yaml` };
  return placeInDevice(giver.name, field, parts);
}

function placeInDevice(name: string, field: string, { devices, tree }: LabParts): Place {
  const says = devices.get(name)?.says;
  const isSaid =
    field === 'aliases' ? says?.aliases != null : says != null && Object.hasOwn(says.fields, field);
  if (isSaid && says != null) return says.placeOf(field);
  const dictionary = tree.dictionaries.get(name);
  if (dictionary?.text == null) return { file: devices.get(name)?.file ?? '' };
  const { sync } = readTemplateFacts(dictionary.text);
  const entries = sync?.type === 'dict' ? sync.entries : [];
  const entry = entries.find(({ key }) => key.type === 'text' && key.value === syncNames[field]);
  return placeAt(dictionary.path, dictionary.text, entry?.value.start ?? 0);
}
