import type { GroupFields } from '../../model/index.js';
import type { LabTree } from '../files/tree.js';
import type { Report } from '../report.js';
import { readChecked } from '../yaml/check-schema.js';
import type { YamlTree } from '../yaml/yaml-tree.js';
import { sortedSet } from './read-device-types.js';

export interface LabGroup {
  readonly name: string;
  readonly file: string;
  readonly fields: GroupFields;
  /** null: the file has errors. */
  readonly yaml: YamlTree | null;
}

export function readGroups(tree: LabTree, report: Report): Map<string, LabGroup> {
  const groups = new Map<string, LabGroup>();
  for (const [name, file] of tree.groups) {
    const checked = readChecked('group', file, report);
    const { members, permissions } = checked?.value ?? {};
    const fields: GroupFields = {
      ...(members === undefined ? {} : { members: sortedSet(members) }),
      ...(permissions === undefined ? {} : { permissions: sortedSet(permissions) }),
    };
    groups.set(name, { name, file: file.path, fields, yaml: checked?.tree ?? null });
  }
  return groups;
}
