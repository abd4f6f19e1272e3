/**
 * Where the drift of a master is written back to: its name with what git takes in no branch as `%XX`, so that no two
 * masters share one.
 */
export function driftBranchOf(master: string): string {
  const name = master.replaceAll(/[^A-Za-z0-9_.-]|\.(?=\.|$|lock$)/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
  return `lavaflow/drift-${name}`;
}
