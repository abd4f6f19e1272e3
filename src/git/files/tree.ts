import { maxFileBytes, type FileMap, type LabFile } from '../../lab/index.js';
import { createBlobReader, type BlobReader } from './cat-file.js';
import { labDirectories } from './lab-directories.js';
import { ReadBudget } from './limits.js';
import { decodeName } from './names.js';
import { streamGit } from '../run/run-git.js';

interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly id: string;
  /** Size in bytes; null for a submodule. */
  readonly size: number | null;
}

/**
 * The lab files of one commit. Throws git's own errors; the caller adds what was tried.
 * @param prefix directory of the lab inside the repository, `''` or ending in `/`
 * @param readBlobs the blob reader of that repository
 */
export function readLabTree(
  directory: string,
  commit: string,
  prefix: string,
  readBlobs: BlobReader,
): Promise<FileMap> {
  return readTree(directory, `${commit}:${prefix}`, labDirectories, () => true, readBlobs);
}

/**
 * The files under given paths of a tree.
 * @param treeish e.g. `COMMIT:lab/`; a path that does not exist is an error
 * @param paths in that tree; if empty, all. Paths that do not exist are ignored
 * @param isWanted an additional condition that a path must meet for its content to be read
 */
export async function readTree(
  directory: string,
  treeish: string,
  paths: readonly string[],
  isWanted: (path: string) => boolean = () => true,
  readBlobs: BlobReader = createBlobReader(directory),
): Promise<FileMap> {
  const entries = (await listTree(directory, treeish, paths)).filter(({ path }) => isWanted(path));
  const blobs = await readBlobs(new Set(entries.filter(isReadable).map(({ id }) => id)));
  const files = new Map<string, LabFile>();
  for (const entry of entries) {
    // Only a handmade tree contains a name twice; we cannot know which one was meant.
    if (files.has(entry.path)) throw new Error(`fatal: malformed tree: ${entry.path} occurs in it twice`);
    files.set(entry.path, labFile(entry, blobs.get(entry.id)));
  }
  return files;
}

async function listTree(
  directory: string,
  treeish: string,
  paths: readonly string[],
): Promise<readonly TreeEntry[]> {
  const budget = new ReadBudget(directory);
  const entries: TreeEntry[] = [];
  let rest: Buffer = Buffer.alloc(0);
  const args = ['ls-tree', '-r', '-z', '-l', '--full-tree', '--end-of-options', treeish, ...paths];
  for await (const chunk of streamGit(directory, args)) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      const entry = parseEntry(rest.subarray(0, end));
      budget.spend(isReadable(entry) ? (entry.size ?? 0) : 0);
      entries.push(entry);
      rest = rest.subarray(end + 1);
    }
  }
  return entries;
}

/** `100644 blob ID   SIZE<tab>NAME`, the size `-` for a submodule (git-ls-tree(1)). */
function parseEntry(line: Buffer): TreeEntry {
  const tab = line.indexOf(9);
  const [mode = '', , id = '', size = '-'] = line.subarray(0, tab).toString('latin1').split(/ +/);
  // `BAD`: the object is missing; its content is unknown, not absent.
  if (!/^(?:-|\d+)$/.test(size)) throw new Error(`fatal: object ${id} is missing or damaged`);
  return {
    path: decodeName(line.subarray(tab + 1)),
    mode,
    id,
    size: size === '-' ? null : Number(size),
  };
}

function isReadable(entry: TreeEntry): boolean {
  return entry.size !== null && entry.size <= maxFileBytes;
}

function labFile(entry: TreeEntry, content: Uint8Array | undefined): LabFile {
  if (entry.size === null) return { type: 'other' };
  if (content === undefined) return { type: 'oversized', size: entry.size };
  if (entry.mode === '120000') return { type: 'symlink', target: decodeName(content) };
  return { type: 'file', content };
}
