import {
  type Change,
  type ConfigurationObject,
  type FieldValue,
  fieldsOf,
  type ObjectKey,
} from '../../model/index.js';
import type { WriteGuard } from '../../reconcile/index.js';
import { normalise } from '../normalise.js';
import { isThere, showCalls } from '../observe/look-again.js';
import type { Accounts } from '../observe/names.js';
import type { JsonObject } from '../rest.js';
import type { RpcCall, RpcOutcome } from '../rpc.js';
import type { Session } from '../session.js';

/** A write that only REST can do. */
export interface RestWrite {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: JsonObject | null;
}

/**
 * What has to be sent for one change, in this order: the check, `before`, the calls of `rpc` in one request,
 * `after`. The first that fails ends the change.
 */
export interface Work {
  /** Looks whether the master still is as the change assumes. */
  readonly check?: {
    readonly calls: readonly RpcCall[];
    readonly verdict: (outcomes: readonly RpcOutcome[]) => string | null;
  };
  readonly before?: readonly RestWrite[];
  readonly rpc?: readonly RpcCall[];
  readonly after?: readonly RestWrite[];
}

/** A change that this master cannot make: no call for it, or a name that it does not know. */
export class Unwritable extends Error {
  override readonly name = 'Unwritable';
}

/** What turning changes into calls needs to know of the master. */
export interface WriteContext {
  readonly session: Session;
  /** Users and groups; asked for by the first change that names one. */
  accounts(): Promise<Accounts>;
  /** Devices that LAVA's `manage sync` keeps; asked for by the first device that is adopted. */
  synced(): Promise<ReadonlySet<string>>;
  readonly guard: WriteGuard | undefined;
}

export function call(method: string, ...params: RpcCall['params']): RpcCall {
  return { method: `scheduler.${method}`, params };
}

/** The fields that a change sets, as the master will show them. */
export function wantedFields(change: Change): Readonly<Record<string, FieldValue>> {
  const fields =
    change.verb === 'create'
      ? Object.entries(fieldsOf(change.object))
      : change.fields.map(({ field, after }) => [field, after] as const);
  const set = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  const object = { kind: change.object.kind, name: change.object.name, fields: set } as ConfigurationObject;
  return fieldsOf(normalise(object)) as Readonly<Record<string, FieldValue>>;
}

/** What a list had before the change: names to add and to remove follow from it. */
export function fieldBefore(change: Change, field: string): FieldValue | undefined {
  return change.verb === 'create' ? undefined : change.fields.find((entry) => entry.field === field)?.before;
}

/** Text or nothing, as XML-RPC setters take it: an empty text deletes a file, and clears a description. */
export function textParam(value: FieldValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/**
 * The text for a setter of a file.
 * @throws Unwritable where an empty text would not delete the file (before 2022.04)
 */
export function fileParam(context: WriteContext, value: FieldValue | undefined): string {
  const text = textParam(value);
  if (text === '' && !context.session.capabilities.emptyDeletes) {
    throw new Unwritable(`LAVA ${context.session.capabilities.release} cannot delete files over its API`);
  }
  return text;
}

/**
 * Before creating: it must not have appeared since the plan was made, nor have been left out when the master was
 * read, or its settings would be overwritten.
 */
export function mustBeAbsent(key: ObjectKey): NonNullable<Work['check']> {
  return {
    calls: showCalls(key),
    verdict(outcomes) {
      const sight = isThere(outcomes);
      if (sight === true)
        return `${key} was created by someone else since the plan was made, or the master did not show it; plan again`;
      return sight === false ? null : `it cannot be told whether ${key} is there: ${sight}`;
    },
  };
}
