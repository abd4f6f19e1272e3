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

/** A write that is only possible by REST. */
export interface RestWrite {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: JsonObject | null;
}

/** Calls that only read, and what their outcomes mean: null, or the reason why nothing may be written. */
export interface Check {
  readonly calls: readonly RpcCall[];
  readonly verdict: (outcomes: readonly RpcOutcome[]) => string | null;
}

/**
 * The requests for one change, in this order: the check, `before`, the calls of `rpc` in one request, `after`. The
 * first failure ends the change.
 */
export interface Work {
  /** Checks that the master is still in the state that the change assumes. */
  readonly check?: Check;
  readonly before?: readonly RestWrite[];
  readonly rpc?: readonly RpcCall[];
  readonly after?: readonly RestWrite[];
  /** Whether the object is created by `before`; otherwise a creation is the first call of `rpc`. */
  readonly createsBefore?: boolean;
}

/** A change that is impossible on this master: the call does not exist, or the master does not know a name. */
export class Unwritable extends Error {
  override readonly name = 'Unwritable';
}

/** What is needed to convert changes to calls. */
export interface WriteContext {
  readonly session: Session;
  /** Why health changes, for LAVA's log of the device or worker. */
  readonly reason: string;
  /** Users and groups; read for the first change that names one. */
  accounts(): Promise<Accounts>;
  /** Devices that LAVA's `manage sync` maintains; read for the first device that is adopted. */
  synced(): Promise<ReadonlySet<string>>;
  readonly guard: WriteGuard | undefined;
  /** Whether the changes of this apply remove the alias from the type. */
  readonly isReleased: (alias: string, type: string) => boolean;
  /** Whether a type gets the alias by a change of this apply. */
  readonly isMoved: (alias: string) => boolean;
}

export function call(method: string, ...params: RpcCall['params']): RpcCall {
  return { method: `scheduler.${method}`, params };
}

/** The fields that a change sets, as the master will return them. */
export function wantedFields(change: Change): Readonly<Record<string, FieldValue>> {
  const fields =
    change.verb === 'create'
      ? Object.entries(fieldsOf(change.object))
      : change.fields.map(({ field, after }) => [field, after] as const);
  const set = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  const object = { kind: change.object.kind, name: change.object.name, fields: set } as ConfigurationObject;
  return fieldsOf(normalise(object)) as Readonly<Record<string, FieldValue>>;
}

/** What a list contained before the change, from which the names to add and to remove are computed. */
export function fieldBefore(change: Change, field: string): FieldValue | undefined {
  return change.verb === 'create' ? undefined : change.fields.find((entry) => entry.field === field)?.before;
}

/** A string or nothing, as XML-RPC setters expect it: an empty string deletes a file and clears a description. */
export function textParam(value: FieldValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/**
 * The text for the setter of a file.
 * @throws Unwritable when an empty text would not delete the file (before 2022.04)
 */
export function fileParam(context: WriteContext, value: FieldValue | undefined): string {
  const text = textParam(value);
  if (text === '' && !context.session.capabilities.emptyDeletes) {
    throw new Unwritable(`LAVA ${context.session.capabilities.release} cannot delete files through its API`);
  }
  return text;
}

/**
 * The check before creating an object: it must not have appeared since the plan was made, and the master must not
 * have omitted it when it was read; otherwise its settings would be overwritten.
 */
export function mustBeAbsent(key: ObjectKey): Check {
  return {
    calls: showCalls(key),
    verdict(outcomes) {
      const sight = isThere(outcomes);
      if (sight === true)
        return `${key} was created by someone else after the plan was made, or the master did not list it; plan again`;
      return sight === false ? null : `cannot determine whether ${key} exists: ${sight}`;
    },
  };
}

/** All of these checks. The first reason counts. */
export function allOf(checks: readonly Check[]): Check {
  return {
    calls: checks.flatMap(({ calls }) => calls),
    verdict(outcomes) {
      let start = 0;
      for (const { calls, verdict } of checks) {
        const reason = verdict(outcomes.slice(start, start + calls.length));
        if (reason !== null) return reason;
        start += calls.length;
      }
      return null;
    },
  };
}
