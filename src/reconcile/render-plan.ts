import { ExternalError } from '../diagnostics/index.js';
import { defaultRelease, nearestKnownRelease, type Change, type ObservedMaster } from '../model/index.js';
import {
  affectsRendering,
  effectsOfDrift,
  remarksOnRejected,
  renderedDifferences,
  undoneDrift,
  unknownTemplates,
  type Plan,
  type TemplateTexts,
} from '../plan/index.js';
import { createReferenceReader, type ReferenceReader, type TemplateText } from '../templates/index.js';
import type { PlanRequest, Seen } from './look/look.js';
import type { MasterTarget } from './ports.js';

/** How deep templates extend others; LAVA's own are three or four levels deep. */
const mostLevels = 8;

/**
 * The plan with its effect on the rendered device configurations. Templates that are not objects of the master (packaged
 * ones) are read from it if it shows them, with one request per level of `extends`.
 */
export async function renderPlan(seen: Seen, request: PlanRequest): Promise<Plan> {
  const { plan, observed } = seen;
  const { changes } = plan;
  const sources = request.templates ?? new Map<string, TemplateText>();
  const checkedFor = nearestKnownRelease(request.desired.master.release ?? defaultRelease);
  const compared = { changes, observed, sources, checkedFor, read: createReferenceReader() };
  if (!affectsRendering(compared)) return { ...plan, rendered: [] };
  const shown = await readShown(compared, request);
  const rendered = renderedDifferences({ ...compared, shown });
  return { ...plan, remarks: [...remarksOnRejected(rendered), ...plan.remarks], rendered };
}

/** The plan with the effect of drift on the rendered device configurations; renders nothing if no text drifted. */
export async function judgeDrift(seen: Seen, request: PlanRequest): Promise<Plan> {
  const { plan, observed } = seen;
  const undone = undoneDrift(plan);
  if (undone.length === 0) return plan;
  const shown = await readShown({ changes: undone, observed, read: createReferenceReader() }, request);
  const sources = request.templates ?? new Map<string, TemplateText>();
  return { ...plan, driftEffects: effectsOfDrift({ plan, observed, shown, sources }) };
}

async function readShown(
  compared: {
    readonly changes: readonly Change[];
    readonly observed: ObservedMaster;
    readonly read: ReferenceReader;
  },
  { target, signal }: PlanRequest,
): Promise<TemplateTexts> {
  const shown = new Map<string, TemplateText | null>();
  const asked = new Set<string>();
  for (let level = 0; level < mostLevels; level++) {
    const unknown = [...unknownTemplates({ ...compared, shown })].filter((name) => !asked.has(name));
    if (unknown.length === 0) break;
    for (const name of unknown) asked.add(name);
    const names = unknown.filter(isTemplateName).map((name) => name.slice(0, -suffix.length));
    for (const [name, text] of await read(target, names, signal)) {
      const file = `${name}${suffix}`;
      shown.set(file, text === null ? null : { text, file: `${file} of the master` });
    }
  }
  return shown;
}

const suffix = '.jinja2';

/** Any other name in a template is not a device type name, and must not be used in a request. */
function isTemplateName(name: string): boolean {
  return /^[\w.@-]+\.jinja2$/.test(name);
}

/** The plan is valid without them; it then reports that the result of rendering is unknown. */
async function read(
  target: MasterTarget,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string | null>> {
  try {
    if (names.length === 0) return new Map();
    return (await target.readTemplates?.(new Set(names), signal)) ?? new Map();
  } catch (error) {
    if (error instanceof ExternalError) return new Map();
    throw error;
  }
}
