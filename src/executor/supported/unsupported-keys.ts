import { isMapping } from '../../pyyaml/index.js';
import type { JobSource } from '../../job/index.js';

const overlays = 'overlays are not put into images here; inline tests are typed over the console';
const multinode = 'multinode jobs are not run here';
const onlyInline = 'only inline definitions are run here';
const packages = 'is not done here: put the commands into install steps';

/** Keys of LAVA's format that this executor does not run, and why. `*` is any key or list index. */
const unsupported: readonly (readonly [path: string, why: string])[] = [
  ['protocols', 'protocols (multinode, lxc, vland, xnbd) are not run here'],
  ['secrets', 'secrets would be typed over the console and show up in the log; they are not run here'],
  ['reboot_to_fastboot', 'fastboot devices are not run here'],
  ['actions.*.*.role', multinode],
  ['actions.*.*.protocols', 'protocols are not run here'],
  ['actions.*.deploy.images.*.archive', 'archives are not unpacked here'],
  ['actions.*.deploy.images.*.format', 'images are used as they are; formats are not converted here'],
  ['actions.*.deploy.images.*.overlays', overlays],
  ['actions.*.deploy.images.*.partition', overlays],
  ['actions.*.deploy.images.*.sparse', overlays],
  ['actions.*.deploy.uefi', 'UEFI images are not deployed here'],
  ['actions.*.deploy.authorize', 'ssh deployments are not run here'],
  ['actions.*.deploy.connection-namespace', 'deploy needs no connection'],
  [
    'actions.*.boot.transfer_overlay',
    'overlays are not transferred here; inline tests are typed over the console',
  ],
  ['actions.*.boot.connection-namespace', 'a boot makes its own connection here'],
  ['actions.*.boot.docker', 'QEMU is run on the worker itself here, not in docker'],
  ['actions.*.boot.use_bootscript', 'boot scripts need tftp, which is not served here'],
  ['actions.*.boot.type', 'deprecated in LAVA: the kernel type belongs to the deploy action'],
  ['actions.*.test.docker', 'docker tests are not run here'],
  ['actions.*.test.downloads-namespace', 'docker tests are not run here'],
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

/** Every key of a job that is not supported, as `PATH: WHY`. */
export function unsupportedKeys(source: JobSource): string[] {
  return unsupported.flatMap(([path, why]) =>
    placesOf(source, path.split('.'), '').map((place) => `${place}: ${why}`),
  );
}

/** Where a path occurs in a value: `actions[0].deploy.uefi`. */
function placesOf(value: unknown, [step, ...rest]: readonly string[], place: string): string[] {
  if (step === undefined) return [place];
  if (Array.isArray(value)) {
    if (step !== '*') return [];
    return value.flatMap((item, index) => placesOf(item, rest, `${place}[${index}]`));
  }
  if (!isMapping(value)) return [];
  const keys = step === '*' ? Object.keys(value) : Object.hasOwn(value, step) ? [step] : [];
  return keys.flatMap((key) => placesOf(value[key], rest, place === '' ? key : `${place}.${key}`));
}
