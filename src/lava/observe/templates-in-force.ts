import type { Session } from '../session.js';

/**
 * The texts of templates as LAVA uses them, including packaged ones. Up to 2023.07 any file can be requested, and 404
 * means that it does not exist (`null`). Later only templates of device types can be requested, and others are
 * unknown (left out); there the type is requested too, to distinguish a missing type from a missing template.
 * @throws ExternalError when the master does not respond
 */
export async function readTemplatesInForce(
  session: Session,
  names: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string | null>> {
  const list = [...names];
  const needsType = session.capabilities.templatesNeedTypes;
  const call = (method: string, name: string) => ({
    method: `scheduler.device_types.${method}`,
    params: [name],
  });
  const outcomes = await session.rpc.batch(
    'read templates from the master',
    list.map((name) => [call('get_template', name), ...(needsType ? [call('show', name)] : [])]),
    { repeatable: true, signal },
  );
  const texts = new Map<string, string | null>();
  for (const [index, name] of list.entries()) {
    const [outcome, type] = outcomes[index] ?? [];
    if (outcome?.ok === true) {
      if (outcome.value instanceof Uint8Array) texts.set(name, Buffer.from(outcome.value).toString('utf8'));
    } else if (outcome !== undefined && 'fault' in outcome && outcome.fault.code === 404) {
      if (!needsType || type?.ok === true) texts.set(name, null);
    }
  }
  return texts;
}
