import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError, localFailure } from '../diagnostics/index.js';
import { maxFileBytes } from '../lab/index.js';
import { gitFailure } from './run/errors.js';
import { openRemoteCache, type RemoteCache } from './remote/remote-cache.js';
import { findRevision, isFullId } from './revisions.js';
import { readTree } from './files/tree.js';
import type { GitCredentials } from './remote/urls.js';

/** Where device-type templates come from that are not in the lab repo. */
export type TemplateSource =
  | {
      /** A git remote, pinned to a full commit ID so that a plan can be repeated. */
      readonly git: string;
      readonly commit: string;
      /** Its directory of templates; default: the top directory. */
      readonly path?: string;
    }
  | { readonly directory: string };

export interface SourceTemplate {
  readonly text: string;
  /** Where it came from, for messages: `URL@COMMIT:PATH` or a path. */
  readonly file: string;
}

/**
 * The `*.jinja2` files of a template source, by name (`base.jinja2`). Links and files over 1 MiB are left out.
 * A commit that is already in the cache is not fetched again.
 * @param options.cache directory for clones, which remain between runs
 * @throws UsageError when the source is not valid
 * @throws ExternalError when it cannot be read
 */
export async function fetchTemplates(
  source: TemplateSource,
  options: { readonly cache: string; readonly credentials?: GitCredentials },
): Promise<ReadonlyMap<string, SourceTemplate>> {
  return 'git' in source ? fetchFromGit(source, options) : readDirectory(source.directory);
}

/**
 * The commit of a tag of a template source; null if there is no such tag.
 * @throws UsageError when `git` is not a valid remote
 * @throws ExternalError when it cannot be reached
 */
export async function findSourceTag(
  git: string,
  tag: string,
  options: { readonly cache: string; readonly credentials?: GitCredentials },
): Promise<string | null> {
  return (await openCache(git, options)).commitOfTag(tag);
}

/** Each remote has its own clone in the cache. */
function openCache(
  git: string,
  { cache, credentials }: { readonly cache: string; readonly credentials?: GitCredentials },
): Promise<RemoteCache> {
  const place = join(cache, createHash('sha256').update(git).digest('hex').slice(0, 16));
  return openRemoteCache(git, place, credentials);
}

async function fetchFromGit(
  source: { readonly git: string; readonly commit: string; readonly path?: string },
  options: { readonly cache: string; readonly credentials?: GitCredentials },
): Promise<ReadonlyMap<string, SourceTemplate>> {
  const { commit } = source;
  if (!isFullId(commit)) {
    throw new UsageError(
      `not a full commit ID: ${JSON.stringify(commit)}`,
      'Pin the template source to a full commit ID.',
    );
  }
  const cache = await openCache(source.git, options);
  const place = cache.directory;
  if ((await findRevision(place, commit, cache.url)) === null) {
    // Only this commit: LAVA's history is ten times as large.
    await cache.fetch([`${commit}:refs/lavaflow/${commit}`], { depth: 1 });
  }
  const path = (source.path ?? '').replace(/^\/+|\/+$/g, '');
  const templates = new Map<string, SourceTemplate>();
  try {
    const files = await readTree(place, `${commit}:${path}`, [], isTemplateName);
    for (const [name, file] of files) {
      if (file.type !== 'file') continue;
      const text = new TextDecoder().decode(file.content);
      templates.set(name, { text, file: `${cache.url}@${commit}:${path === '' ? '' : `${path}/`}${name}` });
    }
  } catch (error) {
    throw gitFailure(error, `read templates of ${commit}`, cache.url);
  }
  return templates;
}

async function readDirectory(directory: string): Promise<ReadonlyMap<string, SourceTemplate>> {
  const templates = new Map<string, SourceTemplate>();
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    for (const name of entries
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
      .sort()) {
      if (!isTemplateName(name)) continue;
      const content = await readFile(join(directory, name));
      if (content.length > maxFileBytes) continue;
      templates.set(name, { text: new TextDecoder().decode(content), file: join(directory, name) });
    }
  } catch (error) {
    throw localFailure(error, 'read device-type templates', directory);
  }
  return templates;
}

/** Only directly in the directory: LAVA does not look in subdirectories. */
function isTemplateName(name: string): boolean {
  return name.endsWith('.jinja2') && !name.includes('/');
}
