import { isName } from '../names.js';
import { meaningOf } from './paths.js';

/** What a file seems to be that has no meaning at its path, or another one than its text has. */
export interface Misplaced {
  /** Completes "this is ...". */
  readonly what: string;
  /** It has no meaning at its path. Otherwise its path has another meaning than its text. */
  readonly isUnknown: boolean;
  readonly hint: string;
  /** What to do with many such files of one directory. */
  readonly hintForMany: string;
}

/** The first thing in a template that is not blank, a comment or YAML's start of a document. */
const startsTemplate =
  /^(?:\s|#[^\n]*\n|---\n|\{#[\s\S]{0,5000}?#\})*\{%[-+]?\s*(?:extends|set|import|from|include|macro|block|if|for)\b/;

/**
 * Recognizes a file by its text and name: a template, a health check, or a file with the wrong ending or directory.
 * @param text null: it could not be read
 * @returns null if the file is where it belongs, or if nothing suggests what it is
 */
export function findMisplaced(path: string, text: string | null): Misplaced | null {
  const parts = path.split('/');
  const [top = ''] = parts;
  const base = parts.at(-1) ?? '';
  const name = base.replace(/(?:\.health-check)?\.(?:ya?ml|jinja2?|j2)$/i, '');
  const isYaml = /\.ya?ml$/i.test(base);
  if (text !== null && isYaml && startsTemplate.test(text)) {
    return moved('a Jinja2 template, not YAML', 'template', path, `${path.replace(/\.ya?ml$/i, '')}.jinja2`);
  }
  const isKnown = meaningOf(path).kind !== 'unknown';
  const isCheck = /\.health-check\.yaml$/.test(base);
  if (text !== null && isYaml && top !== 'workers' && /^job_name:/m.test(text) && /^actions:/m.test(text)) {
    const target = `device-types/${typeOfCheck(path, text)}.health-check.yaml`;
    return isKnown && isCheck ? null : moved('a LAVA job', 'health check', path, target);
  }
  if (isKnown) return null;
  if (leftover.test(base)) return leftoverOf();
  const ending = path
    .replace(/\.(?:jinja2?|j2)(?:\.txt)?$/i, '.jinja2')
    .replace(/\.ya?ml(?:\.txt)?$/i, '.yaml');
  if (ending !== path && meaningOf(ending).kind !== 'unknown') {
    return moved('a file with another ending than lavaflow expects', 'file', path, ending);
  }
  if (/\.(?:jinja2?|j2)$/i.test(base) && parts.length > 2 && isName(name))
    return inSubdirectory(path, top, name);
  const worker = workerTarget(parts);
  return worker === undefined ? null : moved('a file of a worker', 'file', path, worker);
}

/** Directories that are not named after a device type. */
const collections =
  /^(?:lab-config|device-types|device-dictionaries|health[-_]?checks?|jobs?|masters|sites|groups)$/i;

/** The device type of a health check: from its name, from the directory, or from the job itself. */
function typeOfCheck(path: string, text: string): string {
  const [base = '', directory = ''] = path.split('/').reverse();
  const stem = base.replace(/\.ya?ml$/i, '').replaceAll(/[-_.]?health[-_.]?checks?[-_.]?/gi, '');
  const [, requested] = /^device_type:[ \t]*["']?([^\s"'#]+)/m.exec(text) ?? [];
  const isDictionary = path.startsWith('device-dictionaries/');
  const names = isDictionary
    ? [requested, stem]
    : [stem, collections.test(directory) ? '' : directory, requested];
  return names.find((name) => name !== undefined && isName(name)) ?? '<device type>';
}

/** Files that editors, patches and file managers leave behind. */
const leftover = /~$|^#.*#$|\.(?:bak|orig|old|rej|sw[a-p]|tmp)$|^\.DS_Store$|^Thumbs\.db$/i;

function leftoverOf(): Misplaced {
  const hint = 'Delete it, and add its ending to .gitignore.';
  return {
    what: 'a file that an editor or another program left behind',
    isUnknown: true,
    hint,
    hintForMany: hint.replace('it', 'them'),
  };
}

function moved(what: string, kind: string, path: string, target: string): Misplaced {
  const isRenamed = path.slice(0, path.lastIndexOf('/')) === target.slice(0, target.lastIndexOf('/'));
  const hint = `${isRenamed ? 'Rename' : 'Move'} it to ${target}.`;
  const isUnknown = meaningOf(path).kind === 'unknown';
  return {
    what,
    isUnknown,
    hint,
    hintForMany: `${isRenamed ? 'Rename' : 'Move'} each ${kind}, such as this one to ${target}.`,
  };
}

function inSubdirectory(path: string, top: string, name: string): Misplaced {
  const directory = path.slice(0, path.lastIndexOf('/'));
  if (top !== 'device-types') {
    const target = `device-dictionaries/${name}.jinja2`;
    return moved(
      'a template in a subdirectory, where LAVA finds no dictionaries',
      'dictionary',
      path,
      target,
    );
  }
  const hint = `Move it to device-types/${name}.jinja2, or move the directory ${directory} out of device-types and name it in deviceTypeSources of lab-config/lab.yaml.`;
  const what = 'a template in a subdirectory, where LAVA finds no device types';
  return {
    what,
    isUnknown: true,
    hint,
    hintForMany: hint.replace('Move it to', 'Move each template, such as this one to'),
  };
}

/** LAVA's own names of worker files, and files next to the worker's directory. */
function workerTarget(parts: readonly string[]): string | undefined {
  const [top, worker = '', file = '', ...more] = parts;
  if (top !== 'workers' || more.length > 0) return undefined;
  if (/^env[._]dut\.ya?ml$/.test(file)) return `workers/${worker}/env-dut.yaml`;
  if (file.endsWith('.key')) return `workers/${worker}/certificate.key`;
  const [, name] = /^(.+)\.ya?ml$/.exec(worker) ?? [];
  return file === '' && name !== undefined ? `workers/${name}/worker.yaml` : undefined;
}
