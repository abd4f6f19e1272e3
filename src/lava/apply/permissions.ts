import type { FieldValue, GroupPermission } from '../../model/index.js';
import type { RpcCall } from '../rpc.js';
import { difference } from './lists.js';

const calls = { device: 'perm_device', 'device-type': 'perm_device_type' } as const;

/** The calls that change an object's group permissions from `before` to `after`. Common ones are not touched. */
export function permissionCalls(
  kind: keyof typeof calls,
  name: string,
  before: FieldValue | undefined,
  after: FieldValue | undefined,
): RpcCall[] {
  const { added, removed } = difference(textsOf(before), textsOf(after));
  const made = (verb: 'assign' | 'revoke', text: string): RpcCall => {
    const [permission = '', group = ''] = text.split('\n');
    return { method: `system.${verb}_${calls[kind]}`, params: [permission, name, group] };
  };
  // An object without permissions is open to everyone, so new ones are added before others are removed.
  return [...added.map((text) => made('assign', text)), ...removed.map((text) => made('revoke', text))];
}

function textsOf(value: FieldValue | undefined): string[] {
  const list = Array.isArray(value) ? (value as unknown as readonly GroupPermission[]) : [];
  return list.map(({ group, permission }) => `${permission}\n${group}`);
}
