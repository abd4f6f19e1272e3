import type { Lab, ObjectKey, ObservedMaster } from '../../model/index.js';
import { createLabLoader, type LabLoader, type LoadedLab } from '../load-lab.js';
import type { LabProofs } from '../proofs.js';
import { errorsOf } from './errors-of.js';
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
  /** As `loadLab` returns it for these files. */
  readonly lab: Lab | null;
  readonly proofs: LabProofs;
  /** Whether the lab has no errors with the templates. If not, it was checked without them. */
  readonly fitsTemplates: boolean;
}

/** Texts that the lab does not accept are stored here, where lavaflow does not look, so that somebody can fix them. */
const aside = 'not-imported';
export const leftOutReadme = `${aside}/README.md`;

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
    const loaded = loadWhole(draft.files, templates, loader);
    const { broken } = loaded;
    if (broken.size === 0) {
      const written = assemble(draft, kept, leaving, choices);
      return { ...written, lab: loaded.lab, proofs: loader.proofs(), fitsTemplates: true };
    }
    const before = leaving.size;
    for (const path of broken.keys()) setAside(path, loaded, draft, kept, leaving);
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
function loadWhole(files: FileMap, templates: SourceTemplates, loader: LabLoader): LoadedLab {
  let loaded = loader.load(files, { templates });
  for (let limited = countLimited(loaded); limited > 0; limited = countLimited(loaded)) {
    loaded = loader.load(files, { templates });
    if (countLimited(loaded) >= limited) break;
  }
  return loaded;
}

function countLimited({ broken }: LoadedLab): number {
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
  loaded: LoadedLab,
  draft: Draft,
  kept: Map<string, string>,
  leaving: Leaving,
): void {
  const origin = draft.origins.get(path);
  const text = draft.texts.get(path);
  if (origin === undefined || text === undefined) return;
  const codes = loaded.broken.get(path) ?? [];
  const isSecret = codes.some((code) => secretCodes.includes(code));
  const file = origin.field === null || isSecret ? undefined : `${aside}/${path}`;
  if (file !== undefined) kept.set(file, text);
  const found = errorsOf(path, loaded);
  // A text is left out first and then ignored, so this finding is only a consequence of the others.
  const causes = found.filter(({ code }) => code !== 'ignored-but-said');
  const problems = (causes.length === 0 ? found : causes).map((finding) =>
    finding.place.file === path && file !== undefined
      ? { ...finding, place: { ...finding.place, file } }
      : finding,
  );
  const more = { problems, ...(file === undefined ? {} : { file }) };
  for (const key of origin.keys)
    leaving.add(key, isWhole(key) ? null : origin.field, 'the lab does not accept it', more);
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
): Pick<WrittenLab, 'files' | 'leftOut'> {
  const leftOut = new Leaving([...leaving.list(), ...draft.unwritten.list()]).list();
  const texts = new Map([...repositoryFiles(choices), ...draft.texts, ...kept]);
  for (const directory of ['device-types', 'device-dictionaries', 'workers']) {
    const isEmpty = ![...draft.texts.keys()].some((path) => path.startsWith(`${directory}/`));
    if (isEmpty) texts.set(`${directory}/.gitkeep`, '');
  }
  if (leftOut.length > 0) texts.set(leftOutReadme, leftOutText(leftOut));
  return { files: filesOf(texts), leftOut };
}

function describe(broken: ReadonlyMap<string, readonly string[]>): string {
  return [...broken].map(([path, codes]) => `${path} (${codes.join(', ')})`).join(', ');
}
