import type { Command } from 'commander';

import { createInterrupt } from '../interrupt.js';
import { print } from '../output.js';
import { shellWord } from '../print/shell-word.js';

interface Options {
  readonly name?: string;
  readonly site: string;
  readonly from?: string;
}

export function registerInit(program: Command): void {
  program
    .command('init <DIR>')
    .description('create a lab repo with a workflow')
    .option('--name <NAME>', "the name of the lab (default: the directory's name)")
    .option('--site <NAME>', 'the site of its first worker', 'desk')
    .option('--from <DIRECTORY>', "convert LAVA's own directories, such as /etc/lava-server or a copy of it")
    .action(async (directory: string, options: Options) => {
      const { convertLab, describeLeftOut, initLab } = await import('../../app/new-lab/index.js');
      const interrupt = createInterrupt('Nothing was written. Run lavaflow init again.');
      const { from, ...rest } = options;
      if (from !== undefined) {
        const { describeSecrets } = await import('../print/import.js');
        const { converted, likelySecrets, ...made } = await convertLab(
          from,
          { ...rest, directory },
          interrupt,
        );
        print(`created ${made.directory} from ${from}, a lab repo with one commit`);
        if (converted.upstream > 0)
          print(`  LAVA's own templates: ${converted.upstream}, in upstream/, which is a source of the lab`);
        if (converted.leftOut.length > 0) print('not converted:');
        for (const line of describeLeftOut(converted.leftOut)) print(`  ${line}`);
        if (converted.unread.length > 0)
          print(
            'not converted, because only devices/*.jinja2, device-types/*.jinja2 and health-checks/*.yaml are:',
          );
        for (const path of converted.unread) print(`  ${path}`);
        for (const line of describeSecrets(likelySecrets)) print(line);
        print(`next: cd ${shellWord(made.directory)} && lavaflow validate`);
        return;
      }
      const made = await initLab({ ...rest, directory }, interrupt);
      print(`created ${made.directory}, a lab repo with one commit`);
      print(`next: cd ${shellWord(made.directory)} && lavaflow up, to run it on this machine`);
    });
}
