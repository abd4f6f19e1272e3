import { printable } from '../../diagnostics/index.js';
import { describeSuspension } from '../../model/index.js';
import type { UpSummary } from '../../app/up/index.js';
import { formatTable } from './table.js';

/** Describes what `up` runs once it is ready: masters, workers, devices, and how to continue. */
export function describeUp({ masters, workers, devices, endpoint, exampleJob, jobs }: UpSummary): string {
  return [
    '',
    formatTable(
      ['master', 'state', 'revision', 'address'],
      Object.entries(masters).map(([name, { state, lastApplied, url }]) => [
        name,
        state,
        lastApplied?.revision ?? null,
        url,
      ]),
    ),
    ...Object.entries(masters).flatMap(([name, { suspension }]) =>
      suspension === null ? [] : [printable(`${name}: suspended ${describeSuspension(suspension)}`)],
    ),
    '',
    formatTable(
      ['worker', 'health', 'state'],
      workers.map(({ name, health, state }) => [name, health, state]),
    ),
    '',
    formatTable(
      ['device', 'type', 'worker', 'health'],
      devices.map(({ name, deviceType, worker, health }) => [name, deviceType, worker, health]),
    ),
    '',
    `jobs:  ${jobs}`,
    `ready: API ${endpoint.url}, admin token in ${endpoint.adminTokenFile}`,
    ...(exampleJob === null ? [] : [`try:   npx lavaflow jobs submit ${exampleJob}`]),
    'stop:  Ctrl-C',
  ].join('\n');
}
