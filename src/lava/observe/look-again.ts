import { ExternalError } from '../../diagnostics/index.js';
import type { ObjectKey } from '../../model/index.js';
import { isStruct } from '../../xml-rpc/index.js';
import { failureOf, type RpcCall, type RpcOutcome } from '../rpc.js';
import type { Session } from '../session.js';
import { splitKey } from './split-key.js';

/**
 * Which of these objects the master has, requested one by one by XML-RPC, independently of the REST lists in which
 * they are missing. (Files can only be read by XML-RPC: they are read once more.)
 * @throws ExternalError when the master does not respond, or its response is not conclusive
 */
export async function findThere(
  session: Session,
  keys: Iterable<ObjectKey>,
  signal?: AbortSignal,
): Promise<ReadonlySet<ObjectKey>> {
  // Before 2023.03 there is no other way to read groups.
  const list = [...keys].filter((key) => session.capabilities.groups || !key.startsWith('group/'));
  const what = 'check again for missing objects';
  const outcomes = await session.rpc.batch(what, list.map(showCalls), { repeatable: true, signal });
  const there = new Set<ObjectKey>();
  for (const [index, key] of list.entries()) {
    const sight = isThere(outcomes[index] ?? []);
    if (typeof sight === 'string') {
      throw new ExternalError({
        what: `check whether ${key} exists`,
        where: session.http.url,
        why: sight,
        retry: 'after-change',
        hint: "Use a superuser's token, which can read everything.",
      });
    }
    if (sight) there.add(key);
  }
  return there;
}

/** The calls that show whether an object exists; the last of them decides. */
export function showCalls(key: ObjectKey): RpcCall[] {
  const [kind, name] = splitKey(key);
  const show = (method: string): RpcCall => ({ method: `scheduler.${method}`, params: [name] });
  switch (kind) {
    case 'group':
      return [{ method: 'auth.groups.show', params: [name] }];
    case 'device':
      return [show('devices.show')];
    case 'worker':
      return [show('workers.show')];
    case 'device-type':
      return [show('device_types.show')];
    case 'health-check':
      return [show('device_types.get_health_check')];
    case 'template':
      return [show('device_types.show'), show('device_types.get_template')];
  }
}

/** Interprets the outcomes of `showCalls`; a string is the reason why the result is unknown. */
export function isThere(outcomes: readonly RpcOutcome[]): boolean | string {
  const outcome = outcomes.at(-1);
  if (outcome?.ok === true) {
    const [type] = outcomes;
    const isPackaged =
      outcomes.length > 1 &&
      type?.ok === true &&
      isStruct(type.value) &&
      type.value['default_template'] === true;
    return !isPackaged;
  }
  if (outcome !== undefined && 'fault' in outcome && outcome.fault.code === 404) return false;
  return failureOf(outcome) ?? 'no response';
}
