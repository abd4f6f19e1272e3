import type { Place } from '../../diagnostics/index.js';
import {
  followChains,
  longestTemplate,
  templateNameOf,
  type Chain,
  type Namespace,
  type Template,
} from '../../templates/index.js';
import { isLabPath } from '../files/paths.js';
import { guesserOf, orElse } from '../names.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';
import { reportLoops } from './report-loops.js';

interface Surroundings {
  /** Names of LAVA's templates. */
  readonly shipped: ReadonlySet<string>;
  readonly hasAllSources: boolean;
  /** Dictionaries with the name of a template, which was reported. */
  readonly hiding: ReadonlySet<string>;
}

/**
 * Checks the references between templates and dictionaries.
 * @returns the chain of each file, by path
 */
export function readChains(
  namespace: Namespace,
  { shipped, hasAllSources, hiding }: Surroundings,
  report: Report,
): ReadonlyMap<string, Chain> {
  const templates = [...new Set(namespace.values())];
  const guess = guesserOf(namespace.keys());
  const missing = new Map<string, Missing>();
  for (const template of templates) {
    reportUnreadable(template, report);
    if (hasAllSources) reportUnknown(template, { namespace, shipped, guess }, missing, report);
  }
  reportMissing(missing, report);
  reportLoops(templates, namespace, hiding, report);
  return followChains(templates, namespace);
}

/** A file that is too long for any reader also takes long to parse. */
function reportUnreadable({ path, text }: Template, report: Report): void {
  if (text === null) return;
  if (text.length > longestTemplate.text) {
    const message = `the template has ${text.length} characters; the limit is ${longestTemplate.text}`;
    report.error('template-limit', { file: path }, message, 'Split it: extend, include or import.');
    return;
  }
  const line = text.split('\n').findIndex((one) => one.length > longestTemplate.line);
  if (line < 0) return;
  const message = `the line is longer than ${longestTemplate.line} characters`;
  report.error(
    'template-limit',
    { file: path, line: line + 1, column: longestTemplate.line + 1 },
    message,
    'Split the line.',
  );
}

interface Names {
  readonly namespace: Namespace;
  readonly shipped: ReadonlySet<string>;
  readonly guess: (name: string) => string | undefined;
}

/** A template that LAVA ships and that the lab has no copy of: where it is named first, and in which files. */
interface Missing {
  readonly place: Place;
  readonly files: Set<string>;
}

function reportUnknown(
  template: Template,
  { namespace, shipped, guess }: Names,
  missing: Map<string, Missing>,
  report: Report,
): void {
  for (const { kind, name, at, optional } of template.references) {
    if (name === null || optional || namespace.has(name) || template.text === null) continue;
    if (report.isFull(template.path)) return;
    // This was reported already.
    if (kind === 'extends' && report.hasError(template.path, 'dictionary-extends-computed')) continue;
    const known = missing.get(name);
    const place = known?.place ?? placeAt(template.path, template.text, at);
    if (shipped.has(templateNameOf(name))) {
      const files = (known?.files ?? new Set<string>()).add(template.path);
      // Shown where the lab names it, if it does.
      const isOutside = known !== undefined && !isLabPath(known.place.file);
      const shown = isOutside ? placeAt(template.path, template.text, at) : place;
      missing.set(name, { place: shown, files });
      continue;
    }
    const hint = orElse(guess(name), adviceFor(name));
    report.error('template-unknown', place, `there is no template "${name}"`, hint);
  }
}

/** What to do about a template that neither the lab nor LAVA 2023.01 has. */
function adviceFor(name: string): string {
  if (!name.endsWith('.jinja2')) return `Name a .jinja2 file.`;
  const base = name.slice(name.lastIndexOf('/') + 1);
  if (base !== name)
    return `Move the template to device-types/${base}, and name it '${base}': the templates of a lab are not in subdirectories.`;
  return `Write device-types/${name}, or name a source that has it in deviceTypeSources of lab-config/lab.yaml.`;
}

const mostNames = 5;

/** One finding for all: a lab for a stock LAVA uses many of LAVA's templates, and one setting provides them all. */
function reportMissing(missing: ReadonlyMap<string, Missing>, report: Report): void {
  const [any] = missing.values();
  const first = [...missing.values()].find(({ place }) => isLabPath(place.file)) ?? any;
  if (first === undefined) return;
  const files = new Set([...missing.values()].flatMap((one) => [...one.files])).size;
  const names = [...missing.keys()].map((name) => `"${name}"`);
  const shown = names.slice(0, mostNames).join(', ');
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  const isOne = names.length === 1;
  report.warn(
    'template-not-in-lab',
    first.place,
    `${shown}${more} ${isOne ? 'is' : 'are'} shipped with LAVA, but the lab has no source for ${isOne ? 'it' : 'them'}: ` +
      `files that use ${isOne ? 'it' : 'them'} were not checked${files === 1 ? '' : ` (named in ${files} files)`}`,
    'Add a source to deviceTypeSources in lab-config/lab.yaml.',
  );
}
