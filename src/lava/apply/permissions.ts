import type { FieldValue, GroupPermission } from '../../model/index.js';
import type { RpcCall } from '../rpc.js';
import { difference } from './lists.js';

const calls = { device: 'perm_device', 'device-type': 'perm_device_type' } as const;

/** The calls that turn an object's group permissions from `before` into `after`. Those that stay are not touched. */
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
  // An object without any permission is open to all: so those to come are there before others go.
  return [...added.map((text) => made('assign', text)), ...removed.map((text) => made('revoke', text))];
}

function textsOf(value: FieldValue | undefined): string[] {
  const list = Array.isArray(value) ? (value as unknown as readonly GroupPermission[]) : [];
  return list.map(({ group, permission }) => `${permission}\n${group}`);
}
