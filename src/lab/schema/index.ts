import { deviceSchema } from './device.js';
import { deviceTypeSchema } from './device-type.js';
import { groupSchema } from './group.js';
import { healthCheckSchema } from './health-check.js';
import { labSchema } from './lab.js';
import { masterSchema } from './master.js';
import { siteSchema } from './site.js';
import { notificationsSchema } from './notifications.js';
import { dispatcherSchema, environmentSchema } from './worker-files.js';
import { workerSchema } from './worker.js';

/** All schemas, by the name under which they are published: schemas/<name>.schema.json. */
export const schemas = {
  lab: labSchema,
  master: masterSchema,
  site: siteSchema,
  group: groupSchema,
  worker: workerSchema,
  'worker-environment': environmentSchema,
  dispatcher: dispatcherSchema,
  'device-type': deviceTypeSchema,
  device: deviceSchema,
  'health-check': healthCheckSchema,
  notifications: notificationsSchema,
} as const;

export type SchemaName = keyof typeof schemas;
