import { UsageError, type Finding } from '../../diagnostics/index.js';
import { TemplateError, type Explanation, type UndefinedUse } from '../../jinja/index.js';
import { didYouMean, type LabTemplates } from '../../lab/index.js';
import { parseContext } from './context.js';
import { failureFinding, undefinedFindings } from './findings.js';
import { openTemplates, type TemplateOptions } from './open-templates.js';

export interface RenderOptions extends TemplateOptions {
  /** Names of devices; `all`: every device that has a dictionary. */
  readonly devices: readonly string[] | 'all';
  /** Variables of the job's context: `KEY=VALUE`, where the value is YAML. */
  readonly context: readonly string[];
  /** Explain which template and line produced each line, instead of giving the text alone. */
  readonly explain: boolean;
  /** Report every place that prints an undefined variable, and leave those devices out. */
  readonly strict: boolean;
}

export type Rendered = { readonly text: string } | { readonly explanation: Explanation };

export interface RenderedDevices {
  /** By device, in the order asked for; without those that have findings. */
  readonly devices: ReadonlyMap<string, Rendered>;
  readonly findings: readonly Finding[];
}

/**
 * Renders devices. A device that fails does not hide the others.
 * @throws UsageError when a device has no dictionary, none is named, or the context is not valid
 * @throws ExternalError
 */
export async function renderDevices(options: RenderOptions): Promise<RenderedDevices> {
  const jobContext = parseContext(options.context);
  const templates = await openTemplates(options);
  const names = options.devices === 'all' ? templates.devices : options.devices;
  if (options.devices === 'all' && names.length === 0) throw new UsageError('the lab has no devices');
  if (names.length === 0) throw new UsageError('no device was specified', 'Specify devices, or --all.');
  const devices = new Map<string, Rendered>();
  const undefinedUses = new Map<string, readonly UndefinedUse[]>();
  const findings: Finding[] = [];
  for (const device of names) {
    expectDictionary(device, templates);
    try {
      const outcome = renderOne(device, templates, jobContext, options);
      if ('uses' in outcome) undefinedUses.set(device, outcome.uses);
      else devices.set(device, outcome);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      findings.push(failureFinding(device, error));
    }
  }
  return { devices, findings: [...findings, ...undefinedFindings(undefinedUses)] };
}

function expectDictionary(device: string, { devices }: LabTemplates): void {
  if (devices.includes(device)) return;
  const hint = didYouMean(device, devices) ?? 'Run lavaflow render --all to render every device.';
  throw new UsageError(`the device ${device} has no dictionary`, hint);
}

function renderOne(
  device: string,
  templates: LabTemplates,
  jobContext: Readonly<Record<string, unknown>>,
  { strict, explain }: RenderOptions,
): Rendered | { readonly uses: readonly UndefinedUse[] } {
  const { environment } = templates;
  const name = `${device}.jinja2`;
  const context = templates.contextOf(device, jobContext);
  const checked = strict ? environment.renderWithTemplates(name, context) : undefined;
  if (checked !== undefined && checked.undefinedUses.length > 0) return { uses: checked.undefinedUses };
  if (explain) return { explanation: environment.explain(name, context) };
  return { text: checked?.text ?? environment.render(name, context) };
}
