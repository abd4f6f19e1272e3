import type { Command } from 'commander';

import { print } from '../output.js';

export function registerCerts(program: Command): void {
  const certs = program.command('certs').description('create certificates of workers');
  certs
    .command('create NAME')
    .description('create a CURVE key pair: NAME.key for the lab repo, NAME.key_secret for the worker only')
    .option('--dir <DIR>', 'where to write the two files', '.')
    .action(async (name: string, options: { dir: string }) => {
      const { createCertificate } = await import('../../app/certificates/index.js');
      const made = await createCertificate(options.dir, name);
      print(`public  ${made.publicFile}  commit it as workers/${name}/certificate.key`);
      print(`secret  ${made.secretFile}  copy it to the worker and nowhere else`);
    });
}
