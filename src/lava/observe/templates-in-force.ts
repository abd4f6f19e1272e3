import type { Session } from '../session.js';

/**
 * The texts of templates as LAVA uses them, packaged ones among them. Up to 2023.07 any file can be asked for, and
 * 404 says that there is none (`null`); later only those of device types, and of others nothing is known (left out):
 * there the type is asked for as well, so that 404 tells which of the two is missing.
 * @throws ExternalError when the master did not answer
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
    'read templates of the master',
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
