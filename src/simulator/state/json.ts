import { UsageError } from '../../diagnostics/index.js';
import { emptyState, type MasterState } from './rows.js';

const format = 'lavaflow-simulated-master/1';

/** The tables that are maps, which are written to JSON as lists of pairs. */
const mapTables = [
  'users',
  'groups',
  'deviceTypes',
  'aliases',
  'workers',
  'tags',
  'devices',
  'permissions',
  'jobs',
] as const;
/** Tables that states of earlier versions of lavaflow lack. */
const addedTables = ['memberships', 'groupPermissions'] as const;
const hardwareTables = ['architectures', 'processors', 'bits', 'cores'] as const;

/** A state with its release as JSON. Contains tokens. */
export function stateToJson(state: MasterState, release: string): string {
  const maps = [...mapTables, ...addedTables].map((table) => [table, [...state[table]]]);
  const hardware = hardwareTables.map((table) => [table, [...state.hardware[table]]]);
  const files = [...state.files].map(([path, content]) =>
    typeof content === 'string'
      ? [path, content]
      : [path, { base64: Buffer.from(content).toString('base64') }],
  );
  return `${JSON.stringify({
    format,
    release,
    counter: state.counter,
    tokens: state.tokens,
    ...(Object.fromEntries(maps) as object),
    hardware: Object.fromEntries(hardware) as object,
    files,
  })}\n`;
}

/**
 * Reads what `stateToJson` wrote.
 * @throws UsageError for anything else
 */
export function stateFromJson(
  text: string,
  where: string,
): { readonly state: MasterState; readonly release: string } {
  const value = parse(text);
  if (
    value?.['format'] !== format ||
    typeof value['release'] !== 'string' ||
    typeof value['counter'] !== 'number'
  ) {
    throw new UsageError(
      `${where} is not the state of a simulated master`,
      'Name a file that does not exist to start from scratch.',
    );
  }
  const state = emptyState();
  const pairs = (table: string): [never, never][] => {
    const list = value[table];
    if (!Array.isArray(list)) throw new UsageError(`${where} has no table ${table}`);
    return list as [never, never][];
  };
  for (const table of mapTables) for (const [key, row] of pairs(table)) state[table].set(key, row);
  for (const table of addedTables)
    if (value[table] !== undefined) for (const [key, row] of pairs(table)) state[table].set(key, row);
  const hardware = value['hardware'] as Readonly<Record<string, never[]>> | undefined;
  for (const table of hardwareTables)
    for (const entry of hardware?.[table] ?? []) state.hardware[table].add(entry);
  for (const [path, content] of pairs('files') as [string, string | { readonly base64: string }][]) {
    state.files.set(path, typeof content === 'string' ? content : Buffer.from(content.base64, 'base64'));
  }
  state.tokens.push(...(pairs('tokens') as unknown as MasterState['tokens']));
  state.counter = value['counter'];
  endJobs(state);
  return { state, release: value['release'] };
}

/** A job that was running when the master ended never finishes by itself. */
function endJobs(state: MasterState): void {
  for (const device of state.devices.values()) device.state = 'Idle';
  for (const job of state.jobs.values()) {
    if (job.endTime !== null) continue;
    job.endTime = new Date().toISOString();
    job.health = 'Incomplete';
  }
}

/** An independent copy of a state. */
export function copyState(state: MasterState): MasterState {
  return structuredClone(state);
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
