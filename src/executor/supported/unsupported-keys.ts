import { findValues, problemAt, type JobProblem, type JobSource } from '../../job/index.js';

const overlays = 'overlays are not added to images; inline tests are typed over the console';
const multinode = 'multinode jobs are not supported';
const onlyInline = 'only inline definitions are supported';
const packages = 'is not supported: move the commands to install steps';

/** Keys of LAVA's format that this executor does not support (paths as in `findValues`), and why. */
const unsupported: readonly (readonly [path: string, why: string])[] = [
  ['protocols', 'protocols (multinode, lxc, vland, xnbd) are not supported'],
  ['secrets', 'secrets are not supported: they would be typed over the console and appear in the log'],
  ['reboot_to_fastboot', 'fastboot devices are not supported'],
  ['actions.*.*.role', multinode],
  ['actions.*.*.protocols', 'protocols are not supported'],
  ['actions.*.deploy.images.*.archive', 'archives are not supported'],
  ['actions.*.deploy.images.*.format', 'formats are not converted; images are used as they are'],
  ['actions.*.deploy.images.*.overlays', overlays],
  ['actions.*.deploy.images.*.partition', overlays],
  ['actions.*.deploy.images.*.sparse', overlays],
  ['actions.*.deploy.uefi', 'UEFI images are not supported'],
  ['actions.*.deploy.authorize', 'ssh deployments are not supported'],
  ['actions.*.deploy.connection-namespace', 'deploy does not use a connection'],
  [
    'actions.*.boot.transfer_overlay',
    'overlays are not transferred; inline tests are typed over the console',
  ],
  ['actions.*.boot.connection-namespace', 'a boot always opens its own connection'],
  ['actions.*.boot.docker', 'QEMU runs on the worker itself, not in docker'],
  ['actions.*.boot.use_bootscript', 'boot scripts require tftp, which is not supported'],
  ['actions.*.boot.type', 'deprecated in LAVA: the kernel type belongs to the deploy action'],
  ['actions.*.test.docker', 'docker tests are not supported'],
  ['actions.*.test.downloads-namespace', 'docker tests are not supported'],
  ['actions.*.test.interactive.*.script.*.lava-send', multinode],
  ['actions.*.test.interactive.*.script.*.lava-sync', multinode],
  ['actions.*.test.interactive.*.script.*.lava-wait', multinode],
  ['actions.*.test.interactive.*.script.*.lava-wait-all', multinode],
  ['actions.*.test.definitions.*.branch', onlyInline],
  ['actions.*.test.definitions.*.history', onlyInline],
  ['actions.*.test.definitions.*.revision', onlyInline],
  ['actions.*.test.definitions.*.compression', onlyInline],
  ['actions.*.test.definitions.*.repository.install.deps', packages],
  ['actions.*.test.definitions.*.repository.install.git-repos', packages],
  ['actions.*.test.definitions.*.repository.install.keys', packages],
  ['actions.*.test.definitions.*.repository.install.sources', packages],
];

/** Returns every unsupported key of a job, and why it is not supported. */
export function unsupportedKeys(source: JobSource): JobProblem[] {
  return unsupported.flatMap(([path, why]) => findValues(source, path).map(({ at }) => problemAt(at, why)));
}
