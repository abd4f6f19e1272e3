import { notFound } from '../refusal.js';
import type { JobRow } from '../state/rows.js';
import { listPage } from './list.js';
import { json } from './request.js';
import type { Resource } from './resource.js';

/** The health checks that ran. Jobs cannot be submitted, because nothing would run them. */
export const jobs: Resource = {
  kind: 'job',
  read: 'anyone',
  list: (master, request) =>
    listPage(master, request, {
      items: [...master.state.jobs],
      show: ([id, row]) => show(id, row),
      fields: {
        id: ([id]) => id,
        actual_device: ([, row]) => row.device,
        requested_device_type: ([, row]) => row.deviceType,
      },
    }),
  show(master, _, key) {
    const row = master.state.jobs.get(Number(key));
    if (row === undefined) throw notFound();
    return json(200, show(Number(key), row));
  },
};

function show(id: number, row: JobRow): Record<string, unknown> {
  return {
    id,
    submitter: 'lava-health',
    description: row.description,
    health_check: true,
    requested_device_type: row.deviceType,
    actual_device: row.device,
    submit_time: row.startTime,
    start_time: row.startTime,
    end_time: row.endTime,
    state: row.endTime === null ? 'Running' : 'Finished',
    health: row.health,
  };
}
