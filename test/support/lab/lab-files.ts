import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLabPath, type FileMap, type LabFile } from '../../../src/lab/index.js';

/** The lab files in a directory of this machine, as the working tree of a repository contains them. */
export function readLabFiles(root: string): FileMap {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => isLabPath(path))
    .sort();
  return new Map(files.map((path) => [path, { type: 'file', content: readFileSync(join(root, path)) }]));
}

/** A file map with these texts. */
export function labOf(texts: Readonly<Record<string, string | LabFile>>): FileMap {
  return new Map(
    Object.entries(texts).map(([path, file]): [string, LabFile] => [
      path,
      typeof file === 'string' ? { type: 'file', content: new TextEncoder().encode(file) } : file,
    ]),
  );
}
