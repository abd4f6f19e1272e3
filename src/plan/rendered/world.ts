import { createEnvironment, TemplateError, type Environment, type Limits } from '../../jinja/index.js';
import { renderingContext, renderingLimits, type Change, type ObservedMaster } from '../../model/index.js';
import { isWrite } from '../outlook.js';
import { lookAt } from '../sight.js';

export interface TemplateText {
  readonly text: string;
  /** For messages. */
  readonly file: string;
}

/** By file name, `base.jinja2`. `null`: there is certainly none. */
export type TemplateTexts = ReadonlyMap<string, TemplateText | null>;

/** What a master has below its own templates: what it shows, else what the lab knows. A master of ours has nothing. */
export function templatesBelow(
  { software }: Pick<ObservedMaster, 'software'>,
  sources: ReadonlyMap<string, TemplateText>,
  shown: TemplateTexts,
): TemplateTexts {
  return software === 'lavaflow' ? shown : new Map([...sources, ...shown]);
}

/** What became of rendering one device. */
export type Outcome =
  /** No such device, or it has no dictionary. */
  | { readonly state: 'none' }
  /** The lines that say something: blank ones and trailing blanks are left out. */
  | { readonly state: 'rendered'; readonly lines: readonly string[] }
  | { readonly state: 'fails'; readonly problem: string; readonly isNotFound: boolean };

/** Dictionaries and templates at one moment, by the names that `extends` uses. */
export interface World {
  /** By hostname. */
  readonly dictionaries: ReadonlyMap<string, string>;
  /** Own templates, and those below them that are known. `undefined`: nobody knows whether there is one. */
  readonly textOf: (name: string) => TemplateText | null | undefined;
  readonly ownTemplates: ReadonlyMap<string, string>;
  /** Renders as LAVA's scheduler does, for a job without a context. */
  readonly render: (hostname: string) => Outcome;
}

const none: Outcome = { state: 'none' };

/**
 * What a master holds, with some changes done. Dictionaries come first, then the master's own templates, then
 * `below`: LAVA's order of search (reference, section 5.3).
 * @param below templates that are no objects of the master: packaged ones
 */
export function worldOf(
  observed: ObservedMaster,
  changes: readonly Change[],
  below: TemplateTexts,
  limits: Partial<Limits> = renderingLimits,
): World {
  const dictionaries = new Map<string, string>();
  const deviceTypes = new Map<string, string>();
  const templates = new Map<string, string>();
  const set = (map: Map<string, string>, name: string, text: unknown): void => {
    if (typeof text === 'string') map.set(name, text);
    else map.delete(name);
  };
  for (const object of observed.objects.values()) {
    if (object.kind === 'device') {
      set(dictionaries, object.name, object.fields.dictionary);
      set(deviceTypes, object.name, object.fields.deviceType);
    }
    if (object.kind === 'template') set(templates, `${object.name}.jinja2`, object.fields.text);
  }
  const written = new Set<string>();
  for (const { object, verb, fields } of changes.filter((change) => isWrite(change.verb))) {
    if (object.kind !== 'device' && object.kind !== 'template') continue;
    const isDevice = object.kind === 'device';
    const deviceType = isDevice ? fields.find((one) => one.field === 'deviceType') : undefined;
    if (deviceType !== undefined) set(deviceTypes, object.name, deviceType.after);
    const field = fields.find((one) => one.field === (isDevice ? 'dictionary' : 'text'));
    if (field === undefined && verb !== 'delete') continue;
    const after = verb === 'delete' ? null : field?.after;
    if (isDevice) set(dictionaries, object.name, after);
    else set(templates, `${object.name}.jinja2`, after);
    if (!isDevice) written.add(object.name);
  }

  const look = lookAt(observed);
  const textOf = (name: string): TemplateText | null | undefined => {
    const stem = name.replace(/\.jinja2$/, '');
    const dictionary = name === stem ? undefined : dictionaries.get(stem);
    if (dictionary !== undefined) return { text: dictionary, file: `device-dictionaries/${name}` };
    const own = templates.get(name);
    if (own !== undefined) return { text: own, file: `device-types/${name}` };
    const sight = written.has(stem) ? null : look(`template/${stem}`);
    if (sight?.state === 'unreadable' || sight?.blind.has('text') === true) return undefined;
    return below.get(name) ?? (below.has(name) || observed.software === 'lavaflow' ? null : undefined);
  };
  const environment = createEnvironment({ limits, loader: { load: (name) => textOf(name) ?? null } });
  return {
    dictionaries,
    ownTemplates: templates,
    textOf,
    render: (hostname) => {
      if (!dictionaries.has(hostname)) return none;
      return render(environment, hostname, deviceTypes.get(hostname) ?? null);
    },
  };
}

function render(environment: Environment, hostname: string, deviceType: string | null): Outcome {
  try {
    const text = environment.render(`${hostname}.jinja2`, renderingContext(hostname, deviceType));
    return { state: 'rendered', lines: linesOf(text) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { file, line, column, message, kind } = error;
    return {
      state: 'fails',
      problem: `${file}:${line}:${column}: ${message}`,
      isNotFound: kind === 'not-found',
    };
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const kept = line.trimEnd();
    return kept === '' ? [] : [kept];
  });
}
