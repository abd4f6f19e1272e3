import type { Environment, Limits } from '../../jinja/index.js';
import type { Change, ObservedMaster, ReleaseNumber } from '../../model/index.js';
import {
  attempt,
  createDeviceEnvironment,
  fileNameOf,
  findTemplate,
  renderDevice,
  templateNameOf,
  type RenderedDevice,
  type TemplateText,
} from '../../templates/index.js';
import { isWrite } from '../changes.js';
import { lookAt } from '../compare/sight.js';
import { releaseOf } from './release.js';

/** By file name, such as `base.jinja2`. `null`: the template certainly does not exist. */
export type TemplateTexts = ReadonlyMap<string, TemplateText | null>;

/**
 * What a master has besides its own templates: what it shows, else what the lab knows. The embedded master has nothing.
 */
export function templatesBelow(
  { software }: Pick<ObservedMaster, 'software'>,
  sources: ReadonlyMap<string, TemplateText>,
  shown: TemplateTexts,
): TemplateTexts {
  return software === 'lavaflow' ? shown : new Map([...sources, ...shown]);
}

/** The result of rendering one device. */
export type Outcome =
  /** The device does not exist, or it has no dictionary. */
  | { readonly state: 'none' }
  /** Without blank lines and trailing spaces. */
  | { readonly state: 'rendered'; readonly lines: readonly string[] }
  | { readonly state: 'fails'; readonly problem: string; readonly isNotFound: boolean };

/** Dictionaries and templates at one moment. */
export interface World {
  /** By hostname. */
  readonly dictionaries: ReadonlyMap<string, string>;
  /** By file name. `null`: the template certainly does not exist; `undefined`: unknown. */
  readonly textOf: (fileName: string) => TemplateText | null | undefined;
  /** The master's own templates, by name. */
  readonly ownTemplates: ReadonlyMap<string, string>;
  /** Renders as LAVA's scheduler does for a job without a context. */
  readonly render: (hostname: string) => Outcome;
}

const none: Outcome = { state: 'none' };

/**
 * The state of a master after some changes.
 * @param below templates that are not objects of the master: those that LAVA ships
 */
export function worldOf(
  observed: ObservedMaster,
  changes: readonly Change[],
  below: TemplateTexts,
  limits?: Partial<Limits>,
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
    if (object.kind === 'template') set(templates, object.name, object.fields.text);
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
    else set(templates, object.name, after);
    if (!isDevice) written.add(object.name);
  }

  const look = lookAt(observed);
  const textBelow = (fileName: string): TemplateText | null | undefined => {
    const name = templateNameOf(fileName);
    const sight = written.has(name) ? null : look(`template/${name}`);
    // The master has its own template here, but did not show it.
    if (sight?.state === 'unreadable' || sight?.blind.has('text') === true) return undefined;
    return (
      below.get(fileName) ?? (below.has(fileName) || observed.software === 'lavaflow' ? null : undefined)
    );
  };
  const places = {
    dictionaries: textsIn('device-dictionaries', dictionaries),
    templates: textsIn('device-types', templates),
    below: { get: textBelow },
  };
  const textOf = (fileName: string) => findTemplate<TemplateText | null>(fileName, places);
  const release = releaseOf(observed);
  const environment = createDeviceEnvironment(textOf, release, limits);
  return {
    dictionaries,
    ownTemplates: templates,
    textOf,
    render: (hostname) => {
      if (!dictionaries.has(hostname)) return none;
      return render(environment, { hostname, deviceType: deviceTypes.get(hostname) ?? null }, release);
    },
  };
}

/** @param directory the name that errors use for the location of these texts */
function textsIn(directory: string, texts: ReadonlyMap<string, string>) {
  return {
    get(name: string): TemplateText | undefined {
      const text = texts.get(name);
      return text === undefined ? undefined : { text, file: `${directory}/${fileNameOf(name)}` };
    },
  };
}

function render(environment: Environment, device: RenderedDevice, release: ReleaseNumber): Outcome {
  const rendered = attempt(() => renderDevice(environment, device, release));
  if (rendered.ok) return { state: 'rendered', lines: linesOf(rendered.value) };
  const { file, line, column, message, kind } = rendered.error;
  return {
    state: 'fails',
    problem: `${file}:${line}:${column}: ${message}`,
    isNotFound: kind === 'not-found',
  };
}

function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const kept = line.trimEnd();
    return kept === '' ? [] : [kept];
  });
}
