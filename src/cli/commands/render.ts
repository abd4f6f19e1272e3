import type { Command } from 'commander';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { formatFindings, UsageError, type Finding } from '../../diagnostics/index.js';
import { didYouMean } from '../../lab/index.js';
import { TemplateError, type Explanation, type UndefinedUse } from '../../jinja/index.js';
import { addLabOptions, addRevisionOption, type LabOptions } from '../lab/options.js';
import { openTemplates } from '../lab/open-templates.js';
import { parseContext } from '../lab/render-context.js';
import { failureFinding, undefinedFindings } from '../lab/render-findings.js';
import { printError, printJson } from '../output.js';

interface RenderOptions extends LabOptions {
  readonly all?: boolean;
  readonly rev?: string;
  readonly dictionaries?: string;
  readonly deviceTypes?: readonly string[];
  readonly out?: string;
  readonly context?: readonly string[];
  readonly explain?: boolean;
  readonly strict?: boolean;
}

type Rendered = { readonly text: string } | { readonly explanation: Explanation };

export function registerRender(program: Command): void {
  const command = program
    .command('render [DEVICE...]')
    .description('the device configuration that LAVA makes of a dictionary');
  addRevisionOption(addLabOptions(command))
    .option('--all', 'every device')
    .option('--dictionaries <DIR>', 'a directory of dictionaries instead of a lab')
    .option(
      '--device-types <DIR...>',
      'with --dictionaries: directories of templates, searched in this order',
    )
    .option('--context <KEY=VALUE...>', "variables of the job's context; the value is YAML")
    .option('--out <DIR>', 'write DEVICE.yaml files there instead of printing')
    .option('--strict', 'fail, and list every place that prints what nothing defines')
    .option('--explain', 'which template and line produced each line')
    .action(render);
}

async function render(named: readonly string[], options: RenderOptions): Promise<void> {
  const jobContext = parseContext(options.context ?? []);
  const templates = await openTemplates(options);
  const devices = options.all === true ? templates.devices : named;
  if (devices.length === 0) throw new UsageError('no device is named', 'name some, or give --all');
  const results = new Map<string, Rendered>();
  const undefinedUses = new Map<string, readonly UndefinedUse[]>();
  for (const device of devices) {
    if (!templates.devices.includes(device)) {
      const hint = didYouMean(device, templates.devices) ?? 'lavaflow render --all takes all that there are';
      throw new UsageError(`there is no dictionary of ${device}`, hint);
    }
    const name = `${device}.jinja2`;
    const context = templates.contextOf(device, jobContext);
    const { environment } = templates;
    try {
      const strict = options.strict === true ? environment.renderWithTemplates(name, context) : undefined;
      if (strict !== undefined && strict.undefinedUses.length > 0)
        undefinedUses.set(device, strict.undefinedUses);
      else if (options.explain === true)
        results.set(device, { explanation: environment.explain(name, context) });
      else results.set(device, { text: strict?.text ?? environment.render(name, context) });
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      report([failureFinding(device, error)]);
    }
  }
  report(undefinedFindings(undefinedUses));
  write(results, options);
}

/** The other devices are rendered all the same. */
function report(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  printError(formatFindings(findings, 'text'));
  process.exitCode = 3;
}

function write(results: ReadonlyMap<string, Rendered>, options: RenderOptions): void {
  const texts = [...results].map(([device, rendered]) => [device, textOf(rendered)] as const);
  if (options.out !== undefined) {
    mkdirSync(options.out, { recursive: true });
    for (const [device, text] of texts) writeFileSync(join(options.out, `${device}.yaml`), text);
  } else if (options.format === 'json') printJson(Object.fromEntries([...results].map(jsonOf)));
  else for (const [, text] of texts) process.stdout.write(text);
}

function textOf(rendered: Rendered): string {
  if ('text' in rendered) return rendered.text;
  const { lines } = rendered.explanation;
  const places = lines.map(({ file, line }) => (file === '' ? '' : `${file}:${line}`));
  const width = Math.max(0, ...places.map(({ length }) => length));
  return lines.map(({ text }, index) => `${(places[index] ?? '').padEnd(width)} | ${text}\n`).join('');
}

function jsonOf([device, rendered]: readonly [string, Rendered]): [string, unknown] {
  if ('text' in rendered) return [device, rendered.text];
  const { text, lines, keys } = rendered.explanation;
  return [device, { text, lines, keys: Object.fromEntries(keys) }];
}
