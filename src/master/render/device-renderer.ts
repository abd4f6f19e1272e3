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
}

/** Caches the templates and dictionaries of the latest revision, because they change only with revisions. */
export function createDeviceRenderer(): DeviceRenderer {
  let kept: { readonly revisionId: number; readonly places: TemplatePlaces<string> } | undefined;

  async function placesNow(db: Db): Promise<TemplatePlaces<string>> {
    const revisionId = (await latestRevision(db))?.id ?? 0;
    if (kept?.revisionId !== revisionId) {
      const templates = new Map((await listTemplates(db)).map(({ name, text }) => [name, text]));
      const devices = await listDictionaries(db);
      const dictionaries = new Map(devices.map(({ hostname, dictionary }) => [hostname, dictionary]));
      kept = { revisionId, places: { dictionaries, templates } };
    }
    return kept.places;
  }

  return {
    async render(db, { hostname, deviceType, dictionary }, jobContext) {
      if (dictionary === null) return { ok: false, problem: 'the device has no dictionary' };
      const places = await placesNow(db);
      const find = (fileName: string) => {
        const text = findTemplate(fileName, places);
        return text === undefined ? null : { text, file: fileName };
      };
      const rendered = renderDictionary(dictionary, find, { hostname, deviceType }, jobContext);
      if (!rendered.ok) {
        return { ok: false, problem: `the device dictionary cannot be rendered: ${rendered.error.message}` };
      }
      const read = readConfiguration(rendered.value);
      if (!read.ok) return { ok: false, problem: describeProblem(read.problem) };
      return { ok: true, text: rendered.value, value: read.value };
    },
  };
}

function describeProblem(problem: ConfigurationProblem): string {
  if (problem === 'not-a-mapping') return 'the dictionary does not render to a mapping';
  return `the dictionary does not render to YAML: line ${problem.line}: ${problem.message}`;
}
