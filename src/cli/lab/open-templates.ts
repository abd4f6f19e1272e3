import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ExternalError, reasonOf } from '../../diagnostics/index.js';
import { createLabTemplates, type FileMap, type LabFile, type LabTemplates } from '../../lab/index.js';
import { placeOf } from './load.js';
import { readLab } from './read-lab.js';

/**
 * What the `render` command renders from: a lab, or plain directories as LAVA has them.
 * @throws ExternalError
 */
export async function openTemplates(options: {
  readonly lab: string;
  readonly rev?: string;
  readonly dictionaries?: string;
  readonly deviceTypes?: readonly string[];
}): Promise<LabTemplates> {
  if (options.dictionaries === undefined) {
    const { files, templates } = await readLab(options.lab, options.rev ?? null, placeOf(options.lab).state);
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
      hint: 'Whatever follows --device-types is taken for a directory: name devices before it',
      cause: error,
    });
  }
}
