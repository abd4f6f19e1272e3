/** The commit of a revision: without the suffix `+local` of a local layer. */
export function commitOf(revision: string): string {
  return revision.replace(/\+local$/, '');
}
