import type { Command } from 'commander';

import type { DriftOptions, FailedDrift, MasterDrift } from '../../app/drift/index.js';
import { UsageError } from '../../diagnostics/index.js';
import type { Verdict } from '../../plan/index.js';
import { reportFailure } from '../failure.js';
import { driftFeedback } from '../feedback.js';
import { addLabOptions, type LabOptions } from '../options/lab.js';
import { addRecordsOption, type RecordsOptions } from '../options/records.js';
import { exitWith, printJson } from '../output.js';
import { worstOf } from '../worst-verdict.js';

interface Options extends LabOptions, RecordsOptions {
  readonly rev?: string;
  readonly master?: string;
  readonly writeBack?: boolean;
  readonly branch?: string;
  readonly push?: string;
  readonly removeGone?: boolean;
}

export function registerDrift(program: Command): void {
  const command = program
    .command('drift')
    .description('show what was changed on the masters since the last apply, and since when');
  addRecordsOption(addLabOptions(command, ['text', 'json', 'markdown']))
    .option('--rev <REV>', 'compare with this revision (default: the last applied one)')
    .option('--master <NAME>', 'only this master (default: all that are not off)')
    .option('--write-back', 'update a branch that describes what the master has, for review')
    .option('--branch <NAME>', 'with --write-back: the branch (default: lavaflow/drift-MASTER)')
    .option('--push <REMOTE>', 'with --write-back: push the branch to this remote (a name or URL)')
    .option('--remove-gone', 'with --write-back: remove from the lab what was removed from the master')
    .action(drift);
}

async function drift(options: Options): Promise<void> {
  const { lab, rev, master, records } = options;
  const writeBack = writeBackOf(options);
  const { reportDrift } = await import('../../app/drift/index.js');
  const { isSingle, reports } = await reportDrift({ lab, rev, master, records, writeBack }, driftFeedback);
  // Loaded while the master responds.
  const { driftToJson, printDrift } = await import('../print/drift.js');
  const isJson = options.format === 'json';
  const verdicts: Verdict[] = [];
  const json: object[] = [];
  for await (const report of reports) {
    if ('failure' in report) {
      reportFailure(report.failure);
      verdicts.push({ code: 1, why: `${report.master} could not be compared` });
    } else {
      const { code, why } = report.verdict;
      verdicts.push({ code, why: isSingle || why === null ? why : `${report.master}: ${why}` });
      if (!isJson) printDrift(report.drift, report.branch, options.format, report.secrets);
    }
    if (isJson) json.push(toJson(report, driftToJson));
  }
  if (isJson) printJson(isSingle ? json[0] : { format: 'lavaflow-drift-of-masters', masters: json });
  exitWith(worstOf(verdicts));
}

function toJson(report: MasterDrift | FailedDrift, driftToJson: (report: MasterDrift) => object): object {
  if (!('failure' in report)) return driftToJson(report);
  return { format: 'lavaflow-drift', master: report.master, failed: report.failure.message };
}

/** @throws UsageError for options that have no effect without --write-back */
function writeBackOf(options: Options): DriftOptions['writeBack'] {
  const { branch, push, removeGone } = options;
  if (options.writeBack === true) return { branch, push, removesGone: removeGone === true };
  const given = Object.entries({ '--branch': branch, '--push': push, '--remove-gone': removeGone });
  const [stray] = given.find(([, value]) => value !== undefined) ?? [];
  if (stray === undefined) return null;
  throw new UsageError(`${stray} requires --write-back`, `Specify --write-back too, or leave out ${stray}.`);
}
