import type { LabDevice } from '../devices/read-dictionaries.js';
import type { Chain, Namespace } from '../../templates/index.js';
import type { LabMemory } from '../memory.js';
import type { LabReleases } from './releases.js';
import type { LabTree } from '../files/tree.js';

/** What to render, and what else to check. */
export interface RenderWork {
  readonly tree: LabTree;
  readonly namespace: Namespace;
  /** By hostname. */
  readonly devices: ReadonlyMap<string, LabDevice>;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly memory: LabMemory;
  readonly releases: LabReleases;
}
