import { Option, type Command } from 'commander';

export interface RecordsOptions {
  readonly records: string;
}

/** `--records PLACE`, for commands that read or write the records of what was applied. */
export function addRecordsOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--records <PLACE>',
      'where applied state is stored: file (.lavaflow/records), or git:REMOTE (a name or URL)',
    )
      .env('LAVAFLOW_RECORDS')
      .default('file'),
  );
}
