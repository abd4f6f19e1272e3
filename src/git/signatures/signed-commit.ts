/** The text of a commit, and its signature: what git writes and signs (gitformat-signature(5)). */
export interface SignedCommit {
  /** What was signed: the commit without its signature. */
  readonly payload: Buffer;
  readonly signature: string;
}

/**
 * Splits a commit object into what is signed and its signature.
 * @param header `gpgsig`; in a repository with SHA-256, `gpgsig-sha256`
 * @returns null if the commit is not signed; `odd` if it has more than one signature, which nothing creates that people use
 */
export function splitCommit(
  content: Buffer,
  header: 'gpgsig' | 'gpgsig-sha256',
): SignedCommit | 'odd' | null {
  const end = content.indexOf('\n\n');
  // Headers are ASCII except for names, which are not read.
  const lines = content.toString('latin1', 0, end < 0 ? content.length : end).split('\n');
  const kept: string[] = [];
  const signature: string[] = [];
  let isIn = false;
  let count = 0;
  for (const line of lines) {
    if (!line.startsWith(' ')) {
      isIn = line.startsWith('gpgsig');
      if (isIn) count += 1;
      if (isIn && !line.startsWith(`${header} `)) return 'odd';
    }
    if (!isIn) kept.push(line);
    else signature.push(line.startsWith(' ') ? line.slice(1) : line.slice(header.length + 1));
  }
  if (count === 0) return null;
  if (count > 1) return 'odd';
  const rest = end < 0 ? Buffer.alloc(0) : content.subarray(end);
  return {
    payload: Buffer.concat([Buffer.from(kept.join('\n'), 'latin1'), rest]),
    signature: `${signature.join('\n')}\n`,
  };
}
