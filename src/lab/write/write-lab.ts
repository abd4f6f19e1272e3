import type { ObjectKey, ObservedMaster } from '../../model/index.js';
import { explainSyntax, syntaxErrorOf } from '../../templates/index.js';
import { createLabLoader, type LabLoader } from '../load-lab.js';
import { placeAt } from '../place.js';
import type { FileMap } from '../snapshot.js';
import type { SourceTemplates } from '../templates/namespace.js';
import { filesOf, type Draft } from './draft.js';
import { layOut } from './lay-out.js';
import { Leaving, type LeftOut } from './left-out.js';
import { leftOutText } from './left-out-text.js';
import { repositoryFiles } from './repository-files.js';
import type { LabChoices } from './write-config.js';

/** A master as a lab repo. */
export interface WrittenLab {
  /** All files of the repository, including those that are not part of the lab. */
  readonly files: FileMap;
  readonly leftOut: readonly LeftOut[];
  /** Whether the lab has no errors with the templates. If not, it was checked without them. */
  readonly fitsTemplates: boolean;
}

/** Texts that the lab does not accept are stored here, where lavaflow does not look, so that somebody can fix them. */
const aside = 'not-imported';

/** Secrets are not even stored there, because anything that was ever committed is public. */
const secretCodes = ['secret-key-in-lab', 'private-key-in-lab'];

/**
 * Writes the state of a master as a lab repo without errors: each text byte for byte, everything else so that `loadLab`
 * reads it back. What the lab does not accept, according to `loadLab` itself, is left out: only the text if the problem
 * is in a text, else the whole object.
 * @param leave what else to leave out
 * @param templates of the lab's deviceTypeSources, by file name
 */
export function writeLab(
  observed: ObservedMaster,
  choices: LabChoices,
  leave: Iterable<LeftOut> = [],
  templates: SourceTemplates = new Map(),
): WrittenLab {
  const left = [...leave];
  const leaving = new Leaving([...left, ...unreadIn(observed)]);
  const kept = new Map<string, string>();
  const loader = createLabLoader();
  for (;;) {
    const draft = layOut(observed, choices, leaving);
    const broken = brokenIn(draft.files, templates, loader);
    if (broken.size === 0) return { ...assemble(draft, kept, leaving, choices), fitsTemplates: true };
    const before = leaving.size;
    for (const [path, codes] of broken) setAside(path, codes, draft, kept, leaving);
    if (leaving.size !== before) continue;
    if (templates.size === 0) throw new Error(`a written lab has errors: ${describe(broken)}`);
    // The errors are in the templates themselves, and nobody can correct them in this lab.
    return { ...writeLab(observed, choices, left), fitsTemplates: false };
  }
}

/**
 * A slow machine may need several loads to render all dictionaries of a large lab. Each continues where the previous
 * one stopped.
 */
function brokenIn(
  files: FileMap,
  templates: SourceTemplates,
  loader: LabLoader,
): ReadonlyMap<string, readonly string[]> {
  let { broken } = loader.load(files, { templates });
  for (let limited = countLimited(broken); limited > 0; limited = countLimited(broken)) {
    ({ broken } = loader.load(files, { templates }));
    if (countLimited(broken) >= limited) break;
  }
  return broken;
}

function countLimited(broken: ReadonlyMap<string, readonly string[]>): number {
  return [...broken.values()].filter((codes) => codes.includes('template-limit')).length;
}

/** What could not be read gets no file, but is listed. */
function unreadIn(observed: ObservedMaster): LeftOut[] {
  return observed.unreadable.flatMap(({ kind, name, field, reason }): LeftOut[] =>
    name === undefined
      ? []
      : [{ key: `${kind}/${name}`, field: field ?? null, why: `it could not be read: ${reason}` }],
  );
}

function setAside(
  path: string,
  codes: readonly string[],
  draft: Draft,
  kept: Map<string, string>,
  leaving: Leaving,
): void {
  const origin = draft.origins.get(path);
  const text = draft.texts.get(path);
  if (origin === undefined || text === undefined) return;
  const isSecret = codes.some((code) => secretCodes.includes(code));
  const reasons = codes.map((code) => (code === 'template-syntax' ? `${code}${placeIn(path, text)}` : code));
  const why = `the lab does not accept it (${reasons.join(', ')})`;
  const file = origin.field === null || isSecret ? undefined : `${aside}/${path}`;
  if (file !== undefined) kept.set(file, text);
  for (const key of origin.keys)
    leaving.add(key, isWhole(key) ? null : origin.field, why, file === undefined ? {} : { file });
}

/** ` in line 3` for the syntax error of a text, at the line that `validate` reports; `''` if the error is in another. */
function placeIn(path: string, text: string): string {
  const error = syntaxErrorOf(path, text);
  if (error?.kind !== 'syntax') return '';
  const { at } = explainSyntax(error, text);
  return ` in line ${at === undefined ? error.line : placeAt(path, text, at).line}`;
}

/** Templates and health checks consist of their text only. */
function isWhole(key: ObjectKey): boolean {
  return key.startsWith('template/') || key.startsWith('health-check/');
}

function assemble(
  draft: Draft,
  kept: Map<string, string>,
  leaving: Leaving,
  choices: LabChoices,
): Omit<WrittenLab, 'fitsTemplates'> {
  const leftOut = new Leaving([...leaving.list(), ...draft.unwritten.list()]).list();
  const texts = new Map([...repositoryFiles(choices), ...draft.texts, ...kept]);
  for (const directory of ['device-types', 'device-dictionaries', 'workers']) {
    const isEmpty = ![...draft.texts.keys()].some((path) => path.startsWith(`${directory}/`));
    if (isEmpty) texts.set(`${directory}/.gitkeep`, '');
  }
  if (leftOut.length > 0) texts.set(`${aside}/README.md`, leftOutText(leftOut));
  return { files: filesOf(texts), leftOut };
}

function describe(broken: ReadonlyMap<string, readonly string[]>): string {
  return [...broken].map(([path, codes]) => `${path} (${codes.join(', ')})`).join(', ');
}
