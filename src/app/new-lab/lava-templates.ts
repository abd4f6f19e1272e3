import { ExternalError, printable } from '../../diagnostics/index.js';
import { fetchTemplates, findSourceTag, parseRemote } from '../../git/index.js';
import {
  lavaCommits,
  lavaRepository,
  lavaTemplatePath,
  type SourceTemplates,
  type TemplateSourceChoice,
} from '../../lab/index.js';
import { parseRelease } from '../../model/index.js';

export interface LavaTemplates {
  /** null: the master needs no templates besides its own. */
  readonly source: TemplateSourceChoice | null;
  /** Empty if the source is not in use. */
  readonly templates: SourceTemplates;
  /** Why the source could not be read. */
  readonly problem?: string;
}

export interface TemplateSearch {
  readonly software: string;
  /** As the master reports it. */
  readonly release: string;
  /** LAVA's repository, or a copy; undefined: the public one; null: do not look for it. */
  readonly git: string | null | undefined;
  /** The directory for clones. */
  readonly cache: string;
  readonly onFetching: (url: string) => void;
}

/**
 * Finds and fetches the templates of the device types that a LAVA release ships.
 * @throws UsageError when `git` is not a valid remote
 */
export async function findLavaTemplates(search: TemplateSearch): Promise<LavaTemplates> {
  if (search.software !== 'lava') return { source: null, templates: new Map() };
  const git = addressOf(search.git ?? lavaRepository);
  const tag = tagOf(search.release);
  const known = (tag === null ? undefined : lavaCommits[tag]) ?? null;
  if (search.git === null) return notUsed(search, git, known, 'The import was told not to fetch them.');
  search.onFetching(git);
  const found = await fetchRelease(git, known, tag, search.cache);
  if ('why' in found) {
    return notUsed(search, git, known, 'They could not be fetched during the import.', found.why);
  }
  if (found.commit === null) {
    return notUsed(search, git, null, `The repository has no tag ${tag ?? printable(search.release)}.`);
  }
  const { commit, templates } = found;
  if (templates.size === 0)
    return notUsed(search, git, commit, `The repository has no templates in ${lavaTemplatePath}.`);
  const what = describe(tag ?? search.release);
  return { source: { git, commit, path: lavaTemplatePath, what, whyNot: null }, templates };
}

type Fetched =
  | { readonly commit: string | null; readonly templates: SourceTemplates }
  /** The repository could not be read. */
  | { readonly why: string };

/** The known commit of a release or, in a repository that does not have it, the commit of its tag. */
async function fetchRelease(
  git: string,
  known: string | null,
  tag: string | null,
  cache: string,
): Promise<Fetched> {
  const fetchCommit = async (commit: string): Promise<Fetched> => ({
    commit,
    templates: await fetchTemplates({ git, commit, path: lavaTemplatePath }, { cache }),
  });
  const first = known === null ? null : await orWhy(() => fetchCommit(known));
  if (first !== null && !('why' in first)) return first;
  if (tag === null) return first ?? { commit: null, templates: new Map() };
  return orWhy(async () => {
    const commit = await findSourceTag(git, tag, { cache });
    return commit === null ? (first ?? { commit: null, templates: new Map() }) : fetchCommit(commit);
  });
}

async function orWhy(fetched: () => Promise<Fetched>): Promise<Fetched> {
  try {
    return await fetched();
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    return { why: error.message };
  }
}

/** A path is only valid on this machine, but a file:// URL is at least valid in lab.yaml. */
function addressOf(text: string): string {
  const { url } = parseRemote(text);
  return url.startsWith('/') ? `file://${url}` : url;
}

/** `2023.01` for `2023.01-2`; null for a version between two releases, such as `2024.05.0012.g1234abc`. */
function tagOf(version: string): string | null {
  const [, tag] = /^(\d{4}\.\d{2}(?:\.(?:post\d{1,2}|\d{1,2}))?)(?:[-+~].*)?$/.exec(version.trim()) ?? [];
  return tag ?? null;
}

/**
 * A source that is not in use: with the commit of the release or, if that is not known, of the nearest known release.
 * @param reason a sentence
 */
function notUsed(
  { release }: TemplateSearch,
  git: string,
  known: string | null,
  reason: string,
  problem?: string,
): LavaTemplates {
  const tag = tagOf(release);
  const nearest = nearestTag(release);
  const commit = known ?? lavaCommits[nearest] ?? '';
  const what = describe(known === null ? nearest : (tag ?? nearest));
  const whyNot = `${reason} ${known === null ? enterCommit(release, tag, git) : 'To use them, remove the comment marks.'}`;
  const source = { git, commit, path: lavaTemplatePath, what, whyNot };
  return { source, templates: new Map(), ...(problem === undefined ? {} : { problem }) };
}

/** Templates of another release would be judged as if the master had them. */
function enterCommit(release: string, tag: string | null, git: string): string {
  const how = tag === null ? '' : ` (\`git ls-remote ${git} ${tag}\`)`;
  return `lavaflow does not know the commit of release ${tag ?? printable(release)}: enter it${how}, and remove the comment marks.`;
}

/** The newest known release that is not newer than this one; the oldest if all are. */
function nearestTag(version: string): string {
  const release = parseRelease(version) ?? Infinity;
  const tags = Object.keys(lavaCommits).sort();
  return tags.filter((tag) => (parseRelease(tag) ?? 0) <= release).at(-1) ?? tags[0] ?? '';
}

function describe(tag: string): string {
  return `LAVA's own templates of release ${tag}`;
}
