import { DeviceChecker, formatProblem } from '../../job/index.js';
import { defaultRelease, formatRelease } from '../../model/index.js';
import {
  findTemplate,
  readConfiguration,
  renderDictionary,
  type ConfigurationProblem,
  type TemplatePlaces,
} from '../../templates/index.js';
import { listDictionaries } from '../store/configuration/devices.js';
import { latestRevision } from '../store/configuration/revisions.js';
import { listTemplates } from '../store/configuration/templates.js';
import type { Db } from '../store/open-store.js';
import type { Device } from '../store/values.js';

type RenderedDevice =
  | { readonly ok: true; readonly text: string; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: string };

export interface DeviceRenderer {
  /**
   * Renders the configuration of a device for a job: its dictionary with the job's context and the templates and
   * dictionaries of the latest revision. Rendering is sandboxed and limited. A dictionary that does not render to a
   * YAML mapping is reported as a problem.
   */
  render(
    db: Db,
    device: Pick<Device, 'hostname' | 'deviceType' | 'dictionary'>,
    jobContext: Readonly<Record<string, unknown>>,
  ): Promise<RenderedDevice>;

  /**
   * Checks the configuration of a device as LAVA's scheduler does before it uses the device (`Device.is_valid`): without
   * the context of a job, by the schema of the release that this master imitates.
   * @returns why it is not valid; null if it is
   */
  whyInvalid(db: Db, device: Pick<Device, 'hostname' | 'deviceType' | 'dictionary'>): Promise<string | null>;
}

/** The configuration at one revision. */
interface Kept {
  readonly revisionId: number;
  readonly places: TemplatePlaces<string>;
  /** By hostname: why the configuration of the device is not valid; null: it is. */
  readonly verdicts: Map<string, string | null>;
}

/** Caches the templates, dictionaries and verdicts of the latest revision, because they change only with revisions. */
export function createDeviceRenderer(): DeviceRenderer {
  let kept: Kept | undefined;

  async function keptNow(db: Db): Promise<Kept> {
    const revisionId = (await latestRevision(db))?.id ?? 0;
    if (kept?.revisionId !== revisionId) {
      const templates = new Map((await listTemplates(db)).map(({ name, text }) => [name, text]));
      const devices = await listDictionaries(db);
      const dictionaries = new Map(devices.map(({ hostname, dictionary }) => [hostname, dictionary]));
      kept = { revisionId, places: { dictionaries, templates }, verdicts: new Map() };
    }
    return kept;
  }

  const renderer: DeviceRenderer = {
    async render(db, { hostname, deviceType, dictionary }, jobContext) {
      if (dictionary === null) return { ok: false, problem: 'the device has no dictionary' };
      const { places } = await keptNow(db);
      const find = (fileName: string) => {
        const text = findTemplate(fileName, places);
        return text === undefined ? null : { text, file: fileName };
      };
      const rendered = renderDictionary(
        dictionary,
        find,
        { hostname, deviceType },
        defaultRelease,
        jobContext,
      );
      if (!rendered.ok) {
        return { ok: false, problem: `the device dictionary cannot be rendered: ${rendered.error.message}` };
      }
      const read = readConfiguration(rendered.value);
      if (!read.ok) return { ok: false, problem: describeProblem(read.problem) };
      return { ok: true, text: rendered.value, value: read.value };
    },

    async whyInvalid(db, device) {
      const { verdicts } = await keptNow(db);
      const known = verdicts.get(device.hostname);
      if (known !== undefined) return known;
      const rendered = await renderer.render(db, device, {});
      const reason = rendered.ok ? rejection(rendered.text) : rendered.problem;
      verdicts.set(device.hostname, reason);
      return reason;
    },
  };
  return renderer;
}

const checker = new DeviceChecker(defaultRelease);

function rejection(configuration: string): string | null {
  const verdict = checker.check(configuration);
  if (verdict.kind !== 'rejected') return null;
  const list = verdict.problems.map(formatProblem).join('; ');
  return `the device configuration is not valid for LAVA ${formatRelease(defaultRelease)}: ${list}`;
}

function describeProblem(problem: ConfigurationProblem): string {
  if (problem === 'not-a-mapping') return 'the dictionary does not render to a mapping';
  return `the dictionary does not render to YAML: line ${problem.line}: ${problem.message}`;
}
