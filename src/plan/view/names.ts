/** Names a master's software and release, such as `LAVA 2023.01` or `lavaflow 0.1.0`. */
export function releaseName(master: { readonly software: string; readonly release: string }): string {
  return `${master.software === 'lava' ? 'LAVA' : master.software} ${master.release}`;
}

/** The part of a revision that identifies it for users, such as `abc123def456`. */
export function shortRevision(revision: string): string {
  return /^[0-9a-f]{40}/.test(revision) ? revision.slice(0, 12) + revision.slice(40) : revision;
}
