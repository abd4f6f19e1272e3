import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { ExternalError, UsageError } from '../../diagnostics/index.js';
import { fetchTemplates } from '../../git/index.js';
import { codeOf } from '../../host/index.js';
import {
  isKnownSource,
  isSecretSource,
  type DeviceTypeSource,
  type LabRules,
  type SourceProblem,
} from '../../lab/index.js';
import { templateDirectory } from './template-directory.js';

/** The templates of all sources, by file name, and the sources that have to be corrected in lab.yaml. */
export interface ReadSources {
  readonly templates: ReadonlyMap<string, LocatedTemplate>;
  readonly problems: readonly SourceProblem[];
}

export interface SourceOptions {
  readonly rules?: LabRules;
  readonly reportUnreachable?: boolean;
}

interface LocatedTemplate {
  readonly text: string;
  readonly file: string;
  /** The index of its source. */
  readonly source: number;
}

/**
 * Reads the templates of a lab's deviceTypeSources. The first source that has a template wins, like the first directory
 * of a search path.
 * @param lab the directory that relative paths start from
 * Nothing is fetched from a source whose URL contains credentials.
 * @param cache where git sources are kept
 * @param options.rules sources that they do not list are left out
 * @param options.reportUnreachable a source that cannot be read now, but perhaps later, is a problem like any other
 * @throws ExternalError when there is such a source, and it is not reported
 */
export async function readSources(
  lab: string,
  sources: readonly DeviceTypeSource[],
  cache: string,
  { rules, reportUnreachable = false }: SourceOptions = {},
): Promise<ReadSources> {
  const templates = new Map<string, LocatedTemplate>();
  const problems: SourceProblem[] = [];
  /** Only sources of the base branch get here if there are rules. */
  const consent = { isInBase: rules !== undefined, environment: process.env };
  const locate = (directory: string): string => templateDirectory(lab, directory, consent);
  for (const [index, source] of sources.entries()) {
    if (rules !== undefined && !isKnownSource(source, rules)) continue;
    if (isSecretSource(source)) continue;
    try {
      const located = 'directory' in source ? { directory: locate(source.directory) } : source;
      const fetched = await fetchTemplates(located, { cache });
      for (const [name, template] of fetched)
        if (!templates.has(name)) templates.set(name, { ...template, source: index });
      if (fetched.size === 0) problems.push({ index, ...(await emptyProblem(source, lab)) });
    } catch (error) {
      problems.push({ index, ...problemOf(error, source, reportUnreachable) });
    }
  }
  return { templates, problems };
}

type Problem = Pick<SourceProblem, 'message' | 'hint'>;

/** @throws the error if it is not the lab's fault, unless it is to be reported */
function problemOf(error: unknown, source: DeviceTypeSource, reportUnreachable: boolean): Problem {
  if (error instanceof UsageError) return { message: error.message, hint: error.hint ?? 'Correct it.' };
  if (!(error instanceof ExternalError)) throw error;
  if (error.retry === 'soon' && !reportUnreachable) throw error;
  if ('directory' in source) {
    const message = `the directory ${JSON.stringify(source.directory)} cannot be read: ${error.why}`;
    return { message, hint: 'Correct the path. It is absolute, or relative to the lab.' };
  }
  const message = `the templates of this source cannot be read: ${error.why}`;
  const otherwise =
    error.retry === 'soon'
      ? 'Correct the address, or try again later.'
      : 'Correct the address, the commit or the path.';
  return { message, hint: error.hint ?? otherwise };
}

async function emptyProblem(source: DeviceTypeSource, lab: string): Promise<Problem> {
  if (!('directory' in source)) {
    const where = source.path === '' ? 'the top directory of this repository' : JSON.stringify(source.path);
    const hint =
      'Write the directory of the templates in `path`. Templates in subdirectories of it are not found.';
    return { message: `there is no .jinja2 file in ${where} at this commit`, hint };
  }
  const message = `there is no .jinja2 file in the directory ${JSON.stringify(source.directory)}`;
  const below = await findBelow(resolve(lab, source.directory));
  const hint =
    below === undefined
      ? 'Correct the path. It is absolute, or relative to the lab.'
      : `Write \`directory: ${join(source.directory, below)}\`: templates in subdirectories are not found.`;
  return { message, hint };
}

/** Where templates usually are, in a clone or a copy of LAVA. */
async function findBelow(directory: string): Promise<string | undefined> {
  for (const below of [
    'device-types',
    'etc/dispatcher-config/device-types',
    'dispatcher-config/device-types',
  ]) {
    try {
      const names = await readdir(join(directory, below));
      if (names.some((name) => name.endsWith('.jinja2'))) return below;
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
    }
  }
  return undefined;
}
