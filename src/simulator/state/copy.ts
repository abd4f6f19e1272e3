import { randomBytes } from 'node:crypto';
import type { ConfigurationObject, GroupPermission, ObjectOf, ObservedMaster } from '../../model/index.js';
import { releaseOf } from '../release.js';
import { newDevice } from './devices.js';
import { newDeviceType } from './device-types.js';
import { type FileKind, packaged, pathsOf } from './files.js';
import { installedState } from './installed.js';
import { type MasterState, nextNumber, type PermissionRow } from './rows.js';
import { newWorker } from './workers.js';

/**
 * The state of a simulated master that copies another one, with its own token. Whatever could not be read there is
 * missing; the caller reports it. Jobs, passwords and tokens are not copied.
 * @param templates packaged templates of the other master, by name without `.jinja2`
 * @param release release of the copy, which determines where files are stored.
 * @throws UsageError
 */
export function copyOf(
  observed: ObservedMaster,
  templates: ReadonlyMap<string, string>,
  release: string,
): MasterState {
  const state = installedState(releaseOf(release), randomBytes(32).toString('hex'));
  const copy: Copy = { state, release: releaseOf(release) };
  for (const user of observed.users ?? []) userNumber(state, user);
  for (const object of observed.objects.values()) {
    if (object.kind === 'device-type') copyDeviceType(copy, object);
    if (object.kind === 'worker') copyWorker(copy, object);
    if (object.kind === 'template') copyFile(copy, 'device-type', object.name, object.fields.text);
    if (object.kind === 'group') copyGroup(copy, object);
    if (object.kind === 'health-check') copyFile(copy, 'health-check', object.name, object.fields.job);
  }
  for (const object of observed.objects.values()) {
    if (object.kind === 'device')
      copyDevice(copy, object, observed.synced?.has(keyOfDevice(object)) === true);
  }
  for (const [name, text] of templates) state.files.set(`${packaged}${name}.jinja2`, text);
  return state;
}

interface Copy {
  readonly state: MasterState;
  readonly release: ReturnType<typeof releaseOf>;
}

function keyOfDevice(object: ConfigurationObject): `device/${string}` {
  return `device/${object.name}`;
}

function copyGroup({ state }: Copy, { name, fields }: ObjectOf<'group'>): void {
  groupNumber(state, name);
  const known = new Set([...state.memberships.values()].map(({ group, user }) => `${group} ${user}`));
  for (const user of fields.members ?? []) {
    userNumber(state, user);
    if (!known.has(`${name} ${user}`)) state.memberships.set(nextNumber(state), { group: name, user });
  }
  for (const permission of fields.permissions ?? [])
    state.groupPermissions.set(nextNumber(state), { group: name, permission });
}

function copyDeviceType(copy: Copy, { name, fields }: ObjectOf<'device-type'>): void {
  const { state } = copy;
  const row = newDeviceType(name);
  row.description = fields.description ?? null;
  row.display = fields.display ?? true;
  row.healthFrequency = fields.healthCheckFrequency?.every ?? row.healthFrequency;
  row.healthDenominator = fields.healthCheckFrequency?.unit ?? row.healthDenominator;
  row.disableHealthCheck = fields.healthChecksDisabled ?? false;
  row.architecture = fields.architecture ?? null;
  row.processor = fields.processor ?? null;
  row.cpuModel = fields.cpuModel ?? null;
  row.bits = fields.bits ?? null;
  row.cores = fields.cores ?? [];
  row.coreCount = fields.coreCount ?? null;
  const { architectures, processors, bits, cores } = state.hardware;
  if (row.architecture !== null) architectures.add(row.architecture);
  if (row.processor !== null) processors.add(row.processor);
  if (row.bits !== null) bits.add(row.bits);
  for (const core of row.cores) cores.add(core);
  state.deviceTypes.set(name, row);
  for (const alias of fields.aliases ?? []) state.aliases.set(alias, name);
  copyPermissions(copy, 'devicetype', name, fields.permissions);
}

function copyWorker(copy: Copy, { name, fields }: ObjectOf<'worker'>): void {
  const row = newWorker(name);
  row.description = fields.description ?? null;
  row.health = fields.health ?? row.health;
  row.jobLimit = fields.jobLimit ?? 0;
  copy.state.workers.set(name, row);
  copyFile(copy, 'env', name, fields.env);
  copyFile(copy, 'env-dut', name, fields.envDut);
  copyFile(copy, 'dispatcher', name, fields.dispatcherConfig);
  copyFile(copy, 'certificate', name, fields.certificate);
}

function copyDevice(copy: Copy, { name, fields }: ObjectOf<'device'>, isSynced: boolean): void {
  const { state } = copy;
  const row = newDevice(name, fields.deviceType ?? '', fields.health ?? 'Unknown');
  row.worker = fields.worker ?? null;
  row.description = fields.description ?? null;
  row.version = fields.version ?? null;
  row.owner = userNumber(state, fields.physicalOwner ?? null);
  row.group = groupNumber(state, fields.physicalGroup ?? null);
  row.tags = (fields.tags ?? []).flatMap(
    (tag) =>
      numberOf(
        state,
        state.tags,
        tag,
        (entry) => entry.name,
        (entry) => ({ name: entry, description: null }),
      ) ?? [],
  );
  row.isSynced = isSynced;
  state.devices.set(name, row);
  copyPermissions(copy, 'device', name, fields.permissions);
  copyFile(copy, 'device', name, fields.dictionary);
}

function copyFile(
  { state, release }: Copy,
  kind: FileKind,
  name: string,
  text: string | null | undefined,
): void {
  if (typeof text === 'string') state.files.set(pathsOf(kind, name, release)[0], text);
}

function copyPermissions(
  { state }: Copy,
  kind: PermissionRow['kind'],
  object: string,
  permissions: readonly GroupPermission[] | undefined,
): void {
  for (const { group, permission } of permissions ?? []) {
    groupNumber(state, group);
    state.permissions.set(nextNumber(state), { kind, object, group, permission });
  }
}

function userNumber(state: MasterState, name: string | null): number | null {
  return numberOf(
    state,
    state.users,
    name,
    (user) => user.name,
    (user) => ({ name: user, isSuperuser: false }),
  );
}

function groupNumber(state: MasterState, name: string | null): number | null {
  return numberOf(
    state,
    state.groups,
    name,
    (group) => group,
    (group) => group,
  );
}

/** The ID of the row with this name; creates the row if there is none. */
function numberOf<T>(
  state: MasterState,
  table: Map<number, T>,
  name: string | null,
  nameOf: (row: T) => string,
  make: (name: string) => T,
): number | null {
  if (name === null) return null;
  for (const [id, row] of table) if (nameOf(row) === name) return id;
  const id = nextNumber(state);
  table.set(id, make(name));
  return id;
}
