/** The revision without the mark that this machine's layer was laid over it. */
export function commitOf(revision: string): string {
  return revision.replace(/\+local$/, '');
}
