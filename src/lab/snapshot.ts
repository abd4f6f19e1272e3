/** One entry in the tree of a lab repo, before it is interpreted. */
export type LabFile =
  | { readonly type: 'file'; readonly content: Uint8Array }
  /** `target` as written in the link. */
  | { readonly type: 'symlink'; readonly target: string }
  /** Too large to be read (see `maxFileBytes`); `size` in bytes. */
  | { readonly type: 'oversized'; readonly size: number }
  /** A git submodule or anything else that is neither a file nor a link. */
  | { readonly type: 'other' };

/** The files of a lab at one moment: paths with `/`, relative to the lab's root, in byte order. */
export type FileMap = ReadonlyMap<string, LabFile>;

export interface LabSnapshot {
  /** Full commit ID, or `working-tree`. */
  readonly revision: string;
  readonly files: FileMap;
}

/** A lab file larger than this is not read, and is a finding. */
export const maxFileBytes = 1024 * 1024;
