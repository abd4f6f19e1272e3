import { defaultRelease, formatRelease, noteOnRelease, type Master } from '../model/index.js';

export type Released = Pick<Master, 'name' | 'release' | 'address'>;

/** Which release a master runs, as far as its file specifies it. Completes a hint. */
export function noteOnMaster({ name, release, address }: Released): string {
  if (release !== undefined) return noteOnRelease(release);
  const assumed = formatRelease(defaultRelease);
  if ('embedded' in address) return `lavaflow's own master follows ${assumed}`;
  return `lab-config/masters/${name}.yaml does not specify \`release\`, so ${assumed} is assumed`;
}
