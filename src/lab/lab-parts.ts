import type { Site } from '../model/index.js';
import type { Chain } from '../templates/index.js';
import type { LabDeviceType } from './config/read-device-types.js';
import type { LabGroup } from './config/read-groups.js';
import type { LabHealthCheck } from './config/read-health-checks.js';
import type { LabWorker } from './config/read-workers.js';
import type { LabDevice } from './devices/read-dictionaries.js';
import type { LabTree } from './files/tree.js';
import type { Report } from './report.js';

/** Everything that was read, before it is assigned to masters. */
export interface LabParts {
  readonly tree: LabTree;
  readonly sites: ReadonlyMap<string, Site>;
  readonly groups: ReadonlyMap<string, LabGroup>;
  readonly workers: ReadonlyMap<string, LabWorker>;
  readonly deviceTypes: ReadonlyMap<string, LabDeviceType>;
  readonly healthChecks: readonly LabHealthCheck[];
  readonly devices: ReadonlyMap<string, LabDevice>;
  /** By the path of a template or dictionary. */
  readonly chains: ReadonlyMap<string, Chain>;
  /** Templates of deviceTypeSources that no file of the lab hides, by their paths. */
  readonly sources: ReadonlyMap<string, { readonly name: string; readonly text: string }>;
  readonly report: Report;
}
