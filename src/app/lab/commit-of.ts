/** Returns the revision without the suffix for this machine's layer. */
export function commitOf(revision: string): string {
  return revision.replace(/\+local$/, '');
}
