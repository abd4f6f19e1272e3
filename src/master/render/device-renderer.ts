import { renderingContext } from '../../model/index.js';
import { isMapping, parseYaml } from '../jobs/yaml.js';
import { listDictionaries } from '../store/devices.js';
import type { DeviceRow } from '../store/tables.js';
import { latestRevision } from '../store/revisions.js';
import { listTemplates } from '../store/templates.js';
import type { Db } from '../store/open-store.js';
import { renderTemplate } from './render-template.js';

type RenderedDevice =
  | { readonly ok: true; readonly text: string; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: string };

export interface DeviceRenderer {
  /**
   * A device's configuration as a job gets it: its dictionary, rendered with the job's context over the templates and
   * dictionaries of the revision in force. Sandboxed and limited; a dictionary that does not render to a YAML mapping is a problem.
   */
  render(
    db: Db,
    device: Pick<DeviceRow, 'hostname' | 'deviceType' | 'dictionary'>,
    jobContext: Readonly<Record<string, unknown>>,
  ): Promise<RenderedDevice>;
}

/** Keeps the templates and dictionaries of the newest revision; they change with revisions only. */
export function createDeviceRenderer(): DeviceRenderer {
  let kept: { readonly revisionId: number; readonly templates: ReadonlyMap<string, string> } | undefined;

  async function templatesNow(db: Db): Promise<ReadonlyMap<string, string>> {
    const revisionId = (await latestRevision(db))?.id ?? 0;
    if (kept?.revisionId !== revisionId) {
      const types = await listTemplates(db);
      const templates = new Map(types.map(({ name, text }) => [`${name}.jinja2`, text]));
      // LAVA looks among the dictionaries first, so that one can extend another (all releases).
      for (const { hostname, dictionary } of await listDictionaries(db)) {
        templates.set(`${hostname}.jinja2`, dictionary);
      }
      kept = { revisionId, templates };
    }
    return kept.templates;
  }

  return {
    async render(db, { hostname, deviceType, dictionary }, jobContext) {
      if (dictionary === null) return { ok: false, problem: 'the device has no dictionary' };
      const context = renderingContext(hostname, deviceType, jobContext);
      const rendered = renderTemplate(dictionary, await templatesNow(db), context);
      if (!rendered.ok) return rendered;
      const yaml = parseYaml(rendered.text);
      if (!yaml.ok) return { ok: false, problem: `the dictionary does not render to YAML: ${yaml.problem}` };
      if (!isMapping(yaml.value))
        return { ok: false, problem: 'the dictionary does not render to a mapping' };
      return { ok: true, text: rendered.text, value: yaml.value };
    },
  };
}
