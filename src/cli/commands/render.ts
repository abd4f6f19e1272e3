import type { Command } from 'commander';

import { formatFindings } from '../../diagnostics/index.js';
import { addLabOptions, addRevisionOption, type LabOptions } from '../options/lab.js';
import { exitWith, printError } from '../output.js';
import { writeRendered } from '../print/rendered.js';

interface Options extends LabOptions {
  readonly all?: boolean;
  readonly rev?: string;
  readonly dictionaries?: string;
  readonly deviceTypes?: readonly string[];
  readonly out?: string;
  readonly context?: readonly string[];
  readonly explain?: boolean;
  readonly strict?: boolean;
}

export function registerRender(program: Command): void {
  const command = program
    .command('render [DEVICE...]')
    .description('show the device configuration that LAVA renders from a dictionary');
  addRevisionOption(addLabOptions(command))
    .option('--all', 'render every device')
    .option('--dictionaries <DIR>', 'read dictionaries from this directory instead of a lab')
    .option('--device-types <DIR...>', 'with --dictionaries: directories of templates, in search order')
    .option('--context <KEY=VALUE...>', "variables of the job's context; VALUE is YAML")
    .option('--out <DIR>', 'write DEVICE.yaml files to this directory instead of printing')
    .option('--strict', 'fail, and list every place that prints an undefined variable')
    .option('--explain', 'show which template and line produced each line')
    .action(render);
}

async function render(named: readonly string[], options: Options): Promise<void> {
  const { renderDevices } = await import('../../app/render/index.js');
  const { devices, findings } = await renderDevices({
    ...options,
    devices: options.all === true ? 'all' : named,
    context: options.context ?? [],
    explain: options.explain === true,
    strict: options.strict === true,
  });
  if (findings.length > 0) {
    printError(formatFindings(findings, 'text'));
  }
  writeRendered(devices, options.out, options.format);
  if (findings.length > 0)
    exitWith({ code: 3, why: 'not everything could be rendered; see the findings above' });
}
