import type { Command } from 'commander';

import { addLabOptions, type LabOptions } from '../options/lab.js';
import { print, printJson } from '../output.js';

export function registerReport(program: Command): void {
  const command = program
    .command('report')
    .description(
      "show the incidents that the lab's controller reports: what is wrong, since when, and what to do",
    );
  addLabOptions(command, ['text', 'json', 'markdown']).action(report);
}

async function report({ lab, format }: LabOptions): Promise<void> {
  const { readIncidentReport, formatReportMarkdown, formatReportText } =
    await import('../../app/report/index.js');
  const result = await readIncidentReport(lab);
  if (format === 'json') printJson({ format: 'lavaflow-report', version: 1, ...result });
  else print(format === 'markdown' ? formatReportMarkdown(result) : formatReportText(result));
}
