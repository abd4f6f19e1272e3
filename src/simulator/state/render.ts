import { parse } from 'yaml';
import { createEnvironment, TemplateError } from '../../jinja/index.js';
import { renderingContext, renderingLimits } from '../../model/index.js';
import type { Master } from '../master.js';
import { Refusal } from '../refusal.js';
import { readText } from './files.js';
import type { DeviceRow } from './rows.js';

/** No template can have this name. */
const dictionaryName = 'the device dictionary';

/**
 * A dictionary as it renders over the templates of this master; null when there is none, or it does not.
 * @param device whose it is; null: of none
 * @param context YAML, as a client gives it. @throws Refusal when that is none
 */
export function renderedText(
  master: Master,
  dictionary: string | null,
  device: Pick<DeviceRow, 'hostname' | 'deviceType'> | null,
  context: string | null,
): string | null {
  if (dictionary === null || dictionary === '') return null;
  const environment = createEnvironment({
    limits: renderingLimits,
    loader: {
      load(name) {
        const text = name === dictionaryName ? dictionary : templateText(master, name);
        return text === null ? null : { text, file: name };
      },
    },
  });
  try {
    const jobContext = contextOf(context);
    return environment.render(
      dictionaryName,
      device !== null && master.release.rendersNames
        ? renderingContext(device.hostname, device.deviceType, jobContext)
        : jobContext,
    );
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return null;
  }
}

/** LAVA looks among the dictionaries first. */
function templateText(master: Master, name: string): string | null {
  if (!name.endsWith('.jinja2')) return null;
  const base = name.slice(0, -'.jinja2'.length);
  return readText(master, 'device', base) ?? readText(master, 'device-type', base);
}

function contextOf(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {};
  try {
    const value = parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below.
  }
  throw new Refusal(400, 'the job context is not YAML');
}
