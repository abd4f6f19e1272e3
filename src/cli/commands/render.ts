import type { Command } from 'commander';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { formatFindings, UsageError } from '../../diagnostics/index.js';
import { didYouMean } from '../../lab/index.js';
import { TemplateError, type Explanation } from '../../jinja/index.js';
import { addLabOptions, addRevisionOption, type LabOptions } from '../lab/options.js';
import { openTemplates } from '../lab/open-templates.js';
import { parseContext } from '../lab/render-context.js';
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
    .option('--strict', 'fail where a name is printed that nothing defines')
    .option('--explain', 'which template and line produced each line')
    .action(render);
}

async function render(named: readonly string[], options: RenderOptions): Promise<void> {
  const context = parseContext(options.context ?? []);
  const templates = await openTemplates(options);
  const devices = options.all === true ? templates.devices : named;
  if (devices.length === 0) throw new UsageError('no device is named', 'name some, or give --all');
  const results = new Map<string, Rendered>();
  for (const device of devices) {
    if (!templates.devices.includes(device)) {
      const hint = didYouMean(device, templates.devices) ?? 'lavaflow render --all takes all that there are';
      throw new UsageError(`there is no dictionary of ${device}`, hint);
    }
    const name = `${device}.jinja2`;
    try {
      const { environment } = templates;
      results.set(
        device,
        options.explain === true
          ? { explanation: environment.explain(name, context) }
          : { text: environment.render(name, context) },
      );
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      printFailure(device, error);
    }
  }
  write(results, options);
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

/** As a finding at the place in the template; the other devices are still rendered. */
function printFailure(device: string, error: TemplateError): void {
  const { file, line, column, message, hint, chain } = error;
  const from = chain.map((place) => `from ${place.file}:${place.line}`).join(', ');
  const hints = [hint ?? '', from === '' ? '' : `It was reached ${from}.`].filter((one) => one !== '');
  const finding = {
    code: `template-${error.kind}`,
    severity: 'error',
    message: `${device}: ${message}`,
    place: { file, line, column },
    ...(hints.length === 0 ? {} : { hint: hints.join(' ') }),
  } as const;
  printError(formatFindings([finding], 'text'));
  process.exitCode = 3;
}
