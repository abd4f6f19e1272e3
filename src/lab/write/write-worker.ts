import type { ObjectOf } from '../../model/index.js';
import { fittingEntries, yamlText, type Draft } from './draft.js';
import type { Leaving } from './left-out.js';

const files = {
  env: 'env.yaml',
  envDut: 'env-dut.yaml',
  dispatcherConfig: 'dispatcher.yaml',
  certificate: 'certificate.key',
} as const;

/** Writes worker.yaml and the files next to it, byte for byte. */
export function writeWorker(
  { name, fields }: ObjectOf<'worker'>,
  site: string,
  draft: Draft,
  leaving: Leaving,
): void {
  const key = `worker/${name}` as const;
  const entries = {
    description: fields.description ?? undefined,
    health: fields.health === 'Retired' ? fields.health : undefined,
    jobLimit: fields.jobLimit === 0 ? undefined : fields.jobLimit,
  };
  const required = { kind: 'Worker', site };
  const fitting = fittingEntries('worker', required, entries, key, leaving);
  draft.add(`workers/${name}/worker.yaml`, yamlText({ ...required, ...fitting }), {
    keys: [key],
    field: null,
  });
  for (const [field, base] of Object.entries(files) as [keyof typeof files, string][]) {
    const text = fields[field];
    if (text === undefined || text === null || leaving.has(key, field)) continue;
    draft.add(`workers/${name}/${base}`, text, { keys: [key], field });
  }
}
