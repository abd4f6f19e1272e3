/** The text of a template or dictionary. */
export interface TemplateText {
  readonly text: string;
  /** Its name in errors, such as `device-types/qemu.jinja2`. */
  readonly file: string;
}

/** The part of a `Map` that is used here. */
interface Lookup<T> {
  get(name: string): T | undefined;
}

/**
 * The places where LAVA looks for a template, in this order (`FileSystemLoader` over the directory of dictionaries, then
 * the directories of device types; all releases).
 */
export interface TemplatePlaces<T, L extends Lookup<T> = Lookup<T>> {
  /** Device dictionaries, by hostname. So a dictionary can extend another one, and it hides a template of the same name. */
  readonly dictionaries: L;
  /** The lab's or the master's own templates, by name without `.jinja2`. */
  readonly templates: L;
  /** The templates below them, by file name: those that LAVA ships, or those of the lab's deviceTypeSources. */
  readonly below?: L;
}

const ending = '.jinja2';

/** The file name of a template or dictionary, as `extends` names it. */
export function fileNameOf(name: string): string {
  return `${name}${ending}`;
}

/** The name of a template or the hostname of a dictionary; the file name itself if it does not end in `.jinja2`. */
export function templateNameOf(fileName: string): string {
  return fileName.endsWith(ending) ? fileName.slice(0, -ending.length) : fileName;
}

/**
 * Finds the template that a file name in `extends` refers to.
 * @returns undefined if no place contains it
 */
export function findTemplate<T>(fileName: string, places: TemplatePlaces<T>): T | undefined {
  const { dictionaries, templates, below } = places;
  if (fileName.endsWith(ending)) {
    const name = templateNameOf(fileName);
    const found = dictionaries.get(name) ?? templates.get(name);
    if (found !== undefined) return found;
  }
  return below?.get(fileName);
}

/** Everything that {@link findTemplate} finds, by file name. */
export function mergeTemplates<T>(places: TemplatePlaces<T, ReadonlyMap<string, T>>): Map<string, T> {
  const merged = new Map<string, T>(places.below);
  for (const group of [places.templates, places.dictionaries]) {
    for (const [name, template] of group) merged.set(fileNameOf(name), template);
  }
  return merged;
}
