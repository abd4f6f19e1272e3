import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ExternalError, reasonOf, UsageError } from '../../diagnostics/index.js';
import {
  createLabTemplates,
  deviceTypeSourcesOf,
  isSecretSource,
  type FileMap,
  type LabFile,
  type LabTemplates,
} from '../../lab/index.js';
import { readLab } from '../lab/index.js';
import { placeOf } from '../state/index.js';

/** Where dictionaries and templates come from. */
export interface TemplateOptions {
  /** The lab's directory. */
  readonly lab: string;
  /** A committed revision; default: the working tree. */
  readonly rev?: string | undefined;
  /** A directory of dictionaries instead of a lab. */
  readonly dictionaries?: string | undefined;
  /** With `dictionaries`: directories of templates, in search order. */
  readonly deviceTypes?: readonly string[] | undefined;
}

/**
 * Opens the templates of a lab, or of plain directories such as LAVA's own.
 * @throws UsageError when a source of templates cannot be used
 * @throws ExternalError
 */
export async function openTemplates(options: TemplateOptions): Promise<LabTemplates> {
  if (options.dictionaries === undefined) {
    const reading = await readLab(options.lab, options.rev ?? null, placeOf(options.lab).state);
    const { files, templates, sourceProblems } = reading;
    if (deviceTypeSourcesOf(files).some(isSecretSource)) {
      throw new UsageError('deviceTypeSources: a URL contains credentials', 'Remove and replace them.');
    }
    const [problem] = sourceProblems;
    if (problem !== undefined) throw new UsageError(`deviceTypeSources: ${problem.message}`, problem.hint);
    return createLabTemplates(files, { templates });
  }
  const dictionaries = readDirectory(options.dictionaries);
  const files: FileMap = new Map(
    [...dictionaries].map(([name, content]): [string, LabFile] => [
      `device-dictionaries/${name}`,
      { type: 'file', content },
    ]),
  );
  const templates = new Map<string, { text: string; file: string }>();
  for (const directory of options.deviceTypes ?? []) {
    for (const [name, content] of readDirectory(directory)) {
      if (!templates.has(name))
        templates.set(name, { text: content.toString('utf8'), file: join(directory, name) });
    }
  }
  return createLabTemplates(files, { templates, dictionariesAt: options.dictionaries.replace(/\/+$/, '') });
}

function readDirectory(directory: string): Map<string, Buffer> {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.jinja2'));
    return new Map(names.map((name) => [name, readFileSync(join(directory, name))]));
  } catch (error) {
    const why = reasonOf(error);
    throw new ExternalError({
      what: 'read templates',
      where: directory,
      why,
      retry: 'after-change',
      hint: 'Specify devices before --device-types: every word after it is read as a directory.',
      cause: error,
    });
  }
}
