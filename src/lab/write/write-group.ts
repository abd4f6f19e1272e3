import type { ObjectOf } from '../../model/index.js';
import { fittingEntries, yamlText, type Draft } from './draft.js';
import type { Leaving } from './left-out.js';

/**
 * Writes a group with its members, even if it has none: anyone who becomes a member later gets access. A group of which
 * the master shows nothing but the name (before 2023.03) needs no file.
 */
export function writeGroup({ name, fields }: ObjectOf<'group'>, draft: Draft, leaving: Leaving): void {
  if (Object.keys(fields).length === 0) return;
  const key = `group/${name}` as const;
  const entries = {
    members: fields.members,
    permissions: fields.permissions?.length === 0 ? undefined : fields.permissions,
  };
  const required = { kind: 'Group' };
  const fitting = fittingEntries('group', required, entries, key, leaving);
  draft.add(`lab-config/groups/${name}.yaml`, yamlText({ ...required, ...fitting }), {
    keys: [key],
    field: null,
  });
}
