import { deviceTypeSourcesOf, type FileMap } from '../../lab/index.js';

/**
 * Whether nothing but the files of a lab decides what it specifies: its template sources are pinned to commits, and it has
 * dictionaries, so that loading it does not look for LAVA's own layout in the directory.
 */
export function isDecidedByFiles(files: FileMap): boolean {
  return hasDictionaries(files) && deviceTypeSourcesOf(files).every((source) => 'git' in source);
}

export function hasDictionaries(files: FileMap): boolean {
  return [...files.keys()].some((path) => /^device-dictionaries\/.*\.jinja2$/.test(path));
}
