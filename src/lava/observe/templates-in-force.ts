import type { Session } from '../session.js';

/**
 * The texts of templates as LAVA uses them, including packaged ones. Every release shows any of its files, whether or
 * not there is a device type of that name; 404 means that there is none (`null`).
 * @throws ExternalError when the master does not respond
 */
export async function readTemplatesInForce(
  session: Session,
  names: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string | null>> {
  const list = [...names];
  const outcomes = await session.rpc.batch(
    'read templates from the master',
    list.map((name) => [{ method: 'scheduler.device_types.get_template', params: [name] }]),
    { repeatable: true, signal },
  );
  const texts = new Map<string, string | null>();
  for (const [index, name] of list.entries()) {
    const outcome = outcomes[index]?.[0];
    if (outcome?.ok === true) {
      if (outcome.value instanceof Uint8Array) texts.set(name, Buffer.from(outcome.value).toString('utf8'));
    } else if (outcome !== undefined && 'fault' in outcome && outcome.fault.code === 404) {
      texts.set(name, null);
    }
  }
  return texts;
}
