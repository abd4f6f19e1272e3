import type { AppliedRecord, AppliedUpstream, DesiredMaster, ObservedMaster } from '../../model/index.js';
import { releaseName, shortRevision } from '../view/names.js';
import { digestOf } from '../compare/digest.js';
import {
  createReferenceReader,
  findTemplate,
  reachedFrom,
  templateNameOf,
  userGraphOf,
  type TemplateText,
  type UserGraph,
} from '../../templates/index.js';

type Sources = ReadonlyMap<string, TemplateText>;

/**
 * What the lab and the master depend on besides the lab's own files, to be recorded with what is applied: the release,
 * the fields that it does not support, and the templates of deviceTypeSources that devices use.
 * @param sources undefined: not known, so what was known before stays
 */
export function upstreamOf(
  desired: Pick<DesiredMaster, 'objects'>,
  { software, release, unsupported }: ObservedMaster,
  sources: Sources | undefined,
  before: AppliedUpstream | undefined,
): AppliedUpstream {
  const templates = sources === undefined ? (before?.templates ?? {}) : digestsOf(desired, sources);
  return { software, release, unsupported: [...unsupported].sort(), templates };
}

/** Whether the release had no API for a field when the record was written, so that the lab's value was left out. */
export function wasUnsupported(record: AppliedRecord | null, kind: string, field: string): boolean {
  return record?.upstream?.unsupported.includes(`${kind}.${field}`) === true;
}

/** Reports what has changed since the record was written although nobody changed the lab or the master. */
export function remarksOnUpstream(
  record: AppliedRecord | null,
  desired: DesiredMaster,
  observed: ObservedMaster,
  sources: Sources | undefined,
): string[] {
  if (record?.upstream === undefined) return [];
  const { upstream } = record;
  const applied = `revision ${shortRevision(record.revision)} was applied`;
  const remarks: string[] = [];
  const [old, now] = [releaseName(upstream), releaseName(observed)];
  if (old !== now) remarks.push(`upstream: the master was ${old} when ${applied} and is now ${now}`);
  const moved = Object.entries(upstream.templates).flatMap(([name, digest]) => {
    const source = sources?.get(name);
    return source === undefined || digestOf(source.text) === digest ? [] : [name];
  });
  if (sources !== undefined && moved.length > 0) {
    const { users } = graphOfLab(desired, sources);
    const devices = [...reachedFrom(moved, users).keys()].filter((name) =>
      desired.objects.has(`device/${templateNameOf(name)}`),
    );
    const what = `${moved.slice(0, 5).join(', ')}${moved.length > 5 ? ` and ${moved.length - 5} more` : ''}`;
    const who = devices.length === 1 ? '1 device uses' : `${devices.length} devices use`;
    remarks.push(
      `upstream: deviceTypeSources changed ${what} since ${applied}; ${who} ${moved.length === 1 ? 'it' : 'them'}`,
    );
  }
  return remarks;
}

function digestsOf(desired: Pick<DesiredMaster, 'objects'>, sources: Sources): Record<string, string> {
  if (sources.size === 0) return {};
  const { users } = graphOfLab(desired, sources);
  const used = [...users.keys()].filter((name) => !desired.objects.has(`template/${templateNameOf(name)}`));
  return Object.fromEntries(
    used.sort().flatMap((name): [string, string][] => {
      const source = sources.get(name);
      return source === undefined ? [] : [[name, digestOf(source.text)]];
    }),
  );
}

function graphOfLab({ objects }: Pick<DesiredMaster, 'objects'>, sources: Sources): UserGraph {
  const dictionaries = new Map<string, TemplateText>();
  const templates = new Map<string, TemplateText>();
  for (const { kind, name: file, fields } of objects.values()) {
    if (kind === 'device' && typeof fields.dictionary === 'string')
      dictionaries.set(file, { text: fields.dictionary, file });
    if (kind === 'template' && fields.text !== null) templates.set(file, { text: fields.text, file });
  }
  const places = { dictionaries, templates, below: sources };
  const textOf = (fileName: string) => findTemplate<TemplateText>(fileName, places);
  return userGraphOf([{ dictionaries, textOf }], createReferenceReader());
}
