import type { DeviceHealth, WorkerHealth } from '../../model/index.js';

/** The configuration in LAVA's database and files. Rows are changed in place. */
export interface MasterState {
  readonly users: Map<number, UserRow>;
  readonly groups: Map<number, string>;
  readonly memberships: Map<number, MembershipRow>;
  readonly groupPermissions: Map<number, GroupPermissionRow>;
  readonly tokens: TokenRow[];
  readonly deviceTypes: Map<string, DeviceTypeRow>;
  /** Each alias belongs to one device type, or no longer to any. */
  readonly aliases: Map<string, string | null>;
  readonly hardware: Hardware;
  readonly workers: Map<string, WorkerRow>;
  readonly tags: Map<number, TagRow>;
  readonly devices: Map<string, DeviceRow>;
  readonly permissions: Map<number, PermissionRow>;
  readonly jobs: Map<number, JobRow>;
  /** By path below /etc/lava-server; see files.ts. Bytes if a file is not text. */
  readonly files: Map<string, string | Uint8Array>;
  /** The last ID that was assigned to a row. */
  counter: number;
}

export interface UserRow {
  readonly name: string;
  readonly isSuperuser: boolean;
}

/** By names: neither users nor groups are renamed. */
interface MembershipRow {
  readonly group: string;
  readonly user: string;
}

interface GroupPermissionRow {
  readonly group: string;
  /** `lava_scheduler_app.device.add_device` */
  readonly permission: string;
}

interface TokenRow {
  readonly secret: string;
  readonly user: string;
}

export interface DeviceTypeRow {
  readonly name: string;
  description: string | null;
  display: boolean;
  healthFrequency: number;
  healthDenominator: 'hours' | 'jobs';
  disableHealthCheck: boolean;
  architecture: string | null;
  processor: string | null;
  cpuModel: string | null;
  bits: number | null;
  cores: readonly string[];
  coreCount: number | null;
}

/** Rows that device types refer to; only the administration pages add them. */
interface Hardware {
  readonly architectures: Set<string>;
  readonly processors: Set<string>;
  readonly bits: Set<number>;
  readonly cores: Set<string>;
}

export interface WorkerRow {
  hostname: string;
  description: string | null;
  health: WorkerHealth;
  state: 'Online' | 'Offline';
  jobLimit: number;
  version: string | null;
  token: string;
  lastPing: string;
}

interface TagRow {
  readonly name: string;
  readonly description: string | null;
}

export interface DeviceRow {
  readonly hostname: string;
  deviceType: string;
  version: string | null;
  owner: number | null;
  group: number | null;
  description: string | null;
  tags: readonly number[];
  health: DeviceHealth;
  state: 'Idle' | 'Reserved' | 'Running';
  worker: string | null;
  isSynced: boolean;
  /** ID of the job that was its last health check. */
  lastHealthCheck: number | null;
}

export interface PermissionRow {
  readonly kind: 'device' | 'devicetype';
  readonly object: string;
  readonly group: string;
  readonly permission: string;
}

/** A health check of a device; deleted with the device. */
export interface JobRow {
  readonly device: string;
  readonly deviceType: string;
  readonly description: string;
  readonly startTime: string;
  endTime: string | null;
  health: 'Unknown' | 'Complete' | 'Incomplete' | 'Canceled';
}

export function emptyState(): MasterState {
  return {
    users: new Map(),
    groups: new Map(),
    memberships: new Map(),
    groupPermissions: new Map(),
    tokens: [],
    deviceTypes: new Map(),
    aliases: new Map(),
    hardware: { architectures: new Set(), processors: new Set(), bits: new Set(), cores: new Set() },
    workers: new Map(),
    tags: new Map(),
    devices: new Map(),
    permissions: new Map(),
    jobs: new Map(),
    files: new Map(),
    counter: 0,
  };
}

export function nextNumber(state: MasterState): number {
  state.counter += 1;
  return state.counter;
}
