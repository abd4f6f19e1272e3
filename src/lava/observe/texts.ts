import type { ObjectKey, Unreadable } from '../../model/index.js';
import { isStruct, type XmlRpcStruct } from '../../xml-rpc/index.js';
import { failureOf, type RpcCall, type RpcOutcome } from '../rpc.js';
import type { Session } from '../session.js';

/** The kinds whose files can be read by name alone. */
export type TextKind = 'template' | 'health-check' | 'worker' | 'device';

/** Texts by field, `null` if the object has no file of its own, and what could not be read. */
export interface Texts {
  /** Always has a key for each requested object. */
  readonly fields: ReadonlyMap<ObjectKey, Readonly<Record<string, string | null>>>;
  readonly unreadable: readonly Unreadable[];
  /** The objects that the master showed immediately before their files. */
  readonly shown: ReadonlySet<ObjectKey>;
}

/** One file (field) of one object. */
interface TextRead {
  readonly field: string;
  readonly call: RpcCall;
  /** In the result of the call that distinguishes own files from fallbacks: true for a fallback. */
  readonly fallbackFlag?: string;
}

/** How to read the files of one object. */
export interface TextReading {
  readonly kind: TextKind;
  readonly name: string;
  /** To be made in one request, in this order. */
  readonly calls: readonly RpcCall[];
  /** @param outcomes of the calls */
  interpret(outcomes: readonly RpcOutcome[]): {
    readonly found: Readonly<Record<string, string | null>>;
    readonly unreadable: readonly Unreadable[];
    /** Whether the master showed the object immediately before its files. */
    readonly isShown: boolean;
  };
}

/**
 * The calls that read the files of an object.
 *
 * LAVA's reads fall back: a worker's env to the global file, a template to the packaged one. Since 2022.04, flags in
 * `workers.show` and `device_types.show` report this, and a fallback becomes `null`. Before that, and for a template
 * whose name is not a device type, the text in force is returned. A dispatcher configuration falls back to another
 * file of the same worker, so it counts as the worker's own.
 * @param types names of device types; undefined: any name may be one
 */
export function textReading(
  session: Session,
  kind: TextKind,
  name: string,
  types?: ReadonlySet<string>,
): TextReading {
  const reads = readsOf(session, kind, name);
  const isOwner = kind !== 'template' || types?.has(name) !== false;
  const flagCalls = isOwner ? flagsCall(session, kind, name) : [];
  return {
    kind,
    name,
    calls: [...flagCalls, ...reads.map((read) => read.call)],
    interpret(outcomes) {
      const [first] = flagCalls.length > 0 ? outcomes : [];
      const flags = flagsOf(first);
      const found: Record<string, string | null> = {};
      const unreadable: Unreadable[] = [];
      for (const [position, { field, fallbackFlag }] of reads.entries()) {
        const outcome = outcomes[flagCalls.length + position];
        const text = textOf(outcome, fallbackFlag !== undefined && flags[fallbackFlag] === true);
        if (typeof text === 'object' && text !== null) unreadable.push({ kind, name, field, ...text });
        else found[field] = text;
      }
      return { found, unreadable, isShown: first?.ok === true };
    },
  };
}

/**
 * Reads the files of objects, many per request.
 * @param types names of device types; undefined: any name may be one
 * @throws ExternalError when the master does not respond
 */
export async function readTexts(
  session: Session,
  names: Readonly<Partial<Record<TextKind, Iterable<string>>>>,
  signal?: AbortSignal,
  types?: ReadonlySet<string>,
): Promise<Texts> {
  const readings = Object.entries(names).flatMap(([kind, list]) =>
    [...list].map((name) => textReading(session, kind as TextKind, name, types)),
  );
  const groups = readings.map(({ calls }) => calls);
  const outcomes = await session.rpc.batch('read files from the master', groups, {
    repeatable: true,
    signal,
  });
  const fields = new Map<ObjectKey, Readonly<Record<string, string | null>>>();
  const unreadable: Unreadable[] = [];
  const shown = new Set<ObjectKey>();
  for (const [index, reading] of readings.entries()) {
    const key: ObjectKey = `${reading.kind}/${reading.name}`;
    const result = reading.interpret(outcomes[index] ?? []);
    if (result.isShown) shown.add(key);
    unreadable.push(...result.unreadable);
    fields.set(key, result.found);
  }
  return { fields, unreadable, shown };
}

function readsOf(session: Session, kind: TextKind, name: string): TextRead[] {
  const read = (field: string, method: string, fallbackFlag?: string): TextRead => ({
    field,
    call: { method, params: [name] },
    ...(fallbackFlag === undefined ? {} : { fallbackFlag }),
  });
  switch (kind) {
    case 'template':
      return [read('text', 'scheduler.device_types.get_template', 'default_template')];
    case 'health-check':
      return [read('job', 'scheduler.device_types.get_health_check')];
    case 'device':
      return [read('dictionary', 'scheduler.devices.get_dictionary')];
    case 'worker':
      return [
        read('dispatcherConfig', 'scheduler.workers.get_config'),
        read('env', 'scheduler.workers.get_env', 'default_env'),
        ...(session.capabilities.envDut
          ? [read('envDut', 'scheduler.workers.get_env_dut', 'default_env_dut')]
          : []),
        ...(session.capabilities.certificates
          ? [read('certificate', 'scheduler.workers.get_certificate')]
          : []),
      ];
  }
}

function flagsCall(session: Session, kind: TextKind, name: string): RpcCall[] {
  if (!session.capabilities.ownFileFlags) return [];
  if (kind === 'worker') return [{ method: 'scheduler.workers.show', params: [name] }];
  if (kind === 'template') return [{ method: 'scheduler.device_types.show', params: [name] }];
  return [];
}

function flagsOf(outcome: RpcOutcome | undefined): XmlRpcStruct {
  return outcome?.ok === true && isStruct(outcome.value) ? outcome.value : {};
}

/** The text, null if the object has no file of its own, or the reason why it cannot be read. */
function textOf(outcome: RpcOutcome | undefined, isFallback: boolean): string | null | { reason: string } {
  if (outcome?.ok === true) {
    if (isFallback) return null;
    // A TextDecoder would drop a byte order mark, which is part of the file.
    return outcome.value instanceof Uint8Array
      ? Buffer.from(outcome.value).toString('utf8')
      : { reason: 'the response is not a file' };
  }
  // LAVA responds with 404 if the file does not exist.
  if (outcome !== undefined && 'fault' in outcome && outcome.fault.code === 404) return null;
  return { reason: failureOf(outcome) ?? 'no response' };
}
