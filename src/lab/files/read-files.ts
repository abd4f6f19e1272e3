import type { LabMemory } from '../memory.js';
import { isLabPath, isReserved, meaningOf, type FileMeaning } from './paths.js';
import { findMisplaced, type Misplaced } from './misplaced.js';
import { nameShape } from '../names.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';
import { reportSecrets } from './secrets.js';
import { maxFileBytes, type FileMap, type LabFile } from '../snapshot.js';

/** A lab file with its meaning. `text` is null if the file could not be read (and then has an error). */
export interface TextFile {
  readonly path: string;
  readonly text: string | null;
}
export interface KnownFile extends TextFile {
  readonly meaning: FileMeaning;
}

/** Reads every file of the lab as text. Reports everything that makes a file unreadable, unsafe or unknown. */
export function readFiles(files: FileMap, report: Report, memory: LabMemory): KnownFile[] {
  const known: KnownFile[] = [];
  const misplaced: MisplacedFile[] = [];
  for (const [path, file] of files) {
    if (!isLabPath(path)) continue;
    if (hasControlCharacter(path)) {
      report.error(
        'file-name-unsafe',
        { file: path },
        `the file name ${JSON.stringify(path)} contains a control character`,
        'Rename the file.',
      );
      continue;
    }
    const meaning = meaningOf(path);
    const text = knownText(path, file, memory) ?? readNewText(path, file, report, memory);
    const found = report.hasErrors(path) ? null : findMisplaced(path, text);
    if (found === null) reportMeaning(path, meaning, report);
    else misplaced.push({ path, found });
    known.push({ path, text: found === null ? text : null, meaning });
  }
  reportMisplaced(misplaced, report);
  return known;
}

interface MisplacedFile {
  readonly path: string;
  readonly found: Misplaced;
}

/** More files of the same kind in one directory than this are reported once. */
const mostSlips = 3;

function reportMisplaced(files: readonly MisplacedFile[], report: Report): void {
  const groups = new Map<string, MisplacedFile[]>();
  for (const file of files) {
    const key = `${file.path.slice(0, file.path.lastIndexOf('/'))} ${file.found.what}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  for (const group of groups.values()) {
    const isMany = group.length > mostSlips;
    for (const { path, found } of isMany ? group.slice(0, 1) : group) {
      const more = isMany ? `; so are ${group.length - 1} more files in this directory` : '';
      const blames = isMany ? group.map((one) => one.path) : path;
      report.error(
        found.isUnknown ? 'file-unknown' : 'file-misplaced',
        { file: path },
        found.isUnknown
          ? `this file has no meaning in a lab: it is ${found.what}${more}`
          : `this is ${found.what}${more}`,
        isMany ? found.hintForMany : found.hint,
        blames,
      );
    }
  }
}

function knownText(path: string, file: LabFile, memory: LabMemory): string | undefined {
  if (file.type !== 'file') return undefined;
  const { content } = file;
  return memory.texts.find(path, (kept) => Buffer.compare(kept.content, content) === 0)?.text;
}

function readNewText(path: string, file: LabFile, report: Report, memory: LabMemory): string | null {
  const text = readText(path, file, report);
  if (text !== null) reportSecrets(path, text, report);
  // Both sides of a conflict are in the text, so nothing else about it would help.
  if (text !== null && meaningOf(path).kind !== 'ignored' && reportConflict(path, text, report)) return null;
  if (text !== null && file.type === 'file' && !report.hasFindings(path)) {
    memory.texts.keep(path, { content: file.content, text });
  }
  return text;
}

/** The lines that git writes around the two sides of a merge conflict. */
const conflictMark = /^(?:<{7}|>{7}|\|{7})(?: .*)?$/m;

function reportConflict(path: string, text: string, report: Report): boolean {
  const mark = conflictMark.exec(text);
  if (mark === null) return false;
  report.error(
    'merge-conflict',
    placeAt(path, text, mark.index),
    'this is a mark of an unresolved merge conflict',
    'Resolve the conflict: keep the lines that are right, and delete the marks.',
  );
  return true;
}

/** What is named by a file, if it is not its kind. */
const nouns: Readonly<Record<string, string>> = {
  template: 'template',
  'health-check': 'device type',
  dictionary: 'device',
};

function reportMeaning(path: string, meaning: FileMeaning, report: Report): void {
  if (meaning.kind === 'unknown') {
    report.error('file-unknown', { file: path }, 'this file has no meaning in a lab', meaning.hint);
  }
  if (meaning.kind === 'bad-name') {
    const { name, of: kind } = meaning;
    const what = nouns[kind] ?? kind.replace('-', ' ');
    const [message, hint] = isReserved(kind, name)
      ? [`the ${what} "${name}" belongs to LAVA itself, and lavaflow does not touch it`, 'Delete the file.']
      : [`"${name}" cannot be the name of a ${what}`, nameShape];
    report.error('name-invalid', { file: path }, message, hint);
  }
}

function readText(path: string, file: LabFile, report: Report): string | null {
  const place = { file: path };
  switch (file.type) {
    case 'symlink':
      report.error(
        'file-is-symlink',
        place,
        `this is a symbolic link (to ${JSON.stringify(file.target)}), which is not allowed in a lab`,
        'Commit the file itself.',
      );
      return null;
    case 'other':
      report.error(
        'file-not-regular',
        place,
        'this is neither a file nor a directory',
        'Remove it from the lab.',
      );
      return null;
    case 'oversized':
      reportTooLarge(path, file.size, report);
      return null;
    case 'file':
      return decode(path, file.content, report);
  }
}

function reportTooLarge(path: string, size: number, report: Report): void {
  report.error(
    'file-too-large',
    { file: path },
    `the file has ${size} bytes; the limit for a lab file is ${maxFileBytes}`,
    'Keep images and logs out of the lab.',
  );
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function decode(path: string, content: Uint8Array, report: Report): string | null {
  if (content.byteLength > maxFileBytes) {
    reportTooLarge(path, content.byteLength, report);
    return null;
  }
  const text = decoder.decode(content);
  const bad = text.indexOf('\uFFFD');
  if (bad >= 0 && !isUtf8(content)) {
    report.error(
      'file-not-utf8',
      placeAt(path, text, bad),
      'the file is not UTF-8 text',
      'Save it as UTF-8.',
    );
    return null;
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    report.error(
      'file-has-nul',
      placeAt(path, text, nul),
      'the file contains a NUL byte',
      'Save it as plain text.',
    );
    return null;
  }
  const crlf = text.indexOf('\r');
  if (crlf >= 0) {
    report.warn(
      'file-has-crlf',
      placeAt(path, text, crlf),
      'the file has carriage returns, which LAVA does not keep',
      'Save it with Unix line endings.',
    );
  }
  return text;
}

function isUtf8(content: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}|\p{Zl}|\p{Zp}|\p{Bidi_Control}/u.test(text);
}
