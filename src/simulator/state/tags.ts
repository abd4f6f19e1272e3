import type { Master } from '../master.js';
import { nextNumber } from './rows.js';

/** Tags have IDs; REST identifies them only by ID. */
export function tagNumber(master: Master, name: string): number | undefined {
  for (const [id, tag] of master.state.tags) if (tag.name === name) return id;
  return undefined;
}

export function addTag(master: Master, name: string, description: string | null): number {
  const id = nextNumber(master.state);
  master.state.tags.set(id, { name, description });
  return id;
}

export function deleteTag(master: Master, id: number): void {
  master.state.tags.delete(id);
  for (const device of master.state.devices.values()) {
    if (device.tags.includes(id)) device.tags = device.tags.filter((tag) => tag !== id);
  }
}

export function tagNames(master: Master, ids: readonly number[]): string[] {
  return ids.flatMap((id) => master.state.tags.get(id)?.name ?? []).sort();
}
