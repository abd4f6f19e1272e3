import { nearest } from '../diagnostics/index.js';
import type { ConfigurationObject } from '../model/index.js';
import type { LabParts } from './lab-parts.js';
import { isName, orElse } from './names.js';
import { placeOfField } from './path-rules/place-of-field.js';
import type { Report } from './report.js';

/** A device or type that names a group, and the field that does. */
interface Naming {
  readonly object: ConfigurationObject;
  readonly field: 'physicalGroup' | 'permissions';
}

/** With more unknown names than this, the cause is not a spelling mistake. Comparing names takes time. */
const mostGuesses = 100;

/**
 * Warns about names of groups that differ little from that of a group of the lab. Other groups may exist on the master
 * without a file in the lab; a plan knows.
 */
export function reportGroupReferences(parts: LabParts, report: Report): void {
  if (parts.groups.size === 0) return;
  const namings = new Map<string, Naming[]>();
  for (const naming of namingsIn(parts)) {
    for (const group of groupsOf(naming)) {
      if (parts.groups.has(group)) continue;
      const known = namings.get(group);
      if (known === undefined) namings.set(group, [naming]);
      else known.push(naming);
    }
  }
  for (const [group, [first, ...others]] of [...namings].slice(0, mostGuesses)) {
    const near = isName(group) ? nearest(group, [...parts.groups.keys()]) : undefined;
    if (first === undefined || near === undefined) continue;
    const more = others.length === 0 ? '' : ` (${others.length} more name it)`;
    report.warn(
      'group-unknown',
      placeOfField(first.object, first.field, parts),
      `the lab has no group "${group}"${more}`,
      orElse(near, `Write lab-config/groups/${group}.yaml.`),
    );
  }
}

function* namingsIn({ devices, deviceTypes }: LabParts): Generator<Naming> {
  for (const { name, fields } of deviceTypes.values())
    yield { object: { kind: 'device-type', name, fields }, field: 'permissions' };
  for (const { name, fields } of devices.values()) {
    const object = { kind: 'device', name, fields } as const;
    yield { object, field: 'permissions' };
    yield { object, field: 'physicalGroup' };
  }
}

function groupsOf({ object, field }: Naming): string[] {
  if (object.kind !== 'device' && object.kind !== 'device-type') return [];
  if (field === 'permissions')
    return [...new Set((object.fields.permissions ?? []).map(({ group }) => group))];
  const { physicalGroup } = object.kind === 'device' ? object.fields : {};
  return typeof physicalGroup === 'string' ? [physicalGroup] : [];
}
