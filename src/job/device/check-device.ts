import { asMapping, isMapping } from '../../pyyaml/index.js';
import type { JobProblem } from '../problem.js';
import { Place } from '../read/place.js';
import { jobRules } from '../rules.js';
import { serverSchema } from './server-schema.js';

const powerCommands = ['power_off', 'power_on', 'hard_reset'];

/**
 * Checks a rendered device configuration as LAVA's scheduler does before it uses the device.
 *
 * A value from `pyyaml` does not show whether a key was a string, or whether a number was written as `1.0`. LAVA rejects
 * some of these.
 * @param value the configuration as parsed YAML
 * @param release the master's release: year × 100 + month. The rules of 2023.01 are complete; for other releases, only the
 *   differences in `server-schema.ts` are known.
 */
export function checkDeviceConfiguration(value: unknown, release: number): readonly JobProblem[] {
  const problems: JobProblem[] = [];
  const place = new Place(jobRules.server, true, problems);
  serverSchema(release)(value, place);
  if (isMapping(value)) checkPrimarySsh(value, place);
  return problems;
}

/** LAVA does not accept power commands for a device that it reaches by ssh. */
function checkPrimarySsh(device: Readonly<Record<string, unknown>>, place: Place): void {
  const deploy = asMapping(asMapping(device['actions'])?.['deploy']);
  const methods = asMapping(deploy?.['methods']);
  if (methods === undefined || !Object.hasOwn(methods, 'ssh')) return;
  const { ssh } = methods;
  if (!isMapping(ssh)) {
    // LAVA itself fails on this.
    place.in('actions', 'deploy', 'methods', 'ssh').report('expected a mapping');
    return;
  }
  const commands = asMapping(device['commands']) ?? {};
  const present = powerCommands.filter((name) => Object.hasOwn(commands, name));
  if (isTrueInPython(ssh['host']) && present.length > 0) {
    place
      .in('commands')
      .report(
        `must not have ${present.join(', ')}: the device is reached by ssh (actions.deploy.methods.ssh.host)`,
        'Remove the power commands or the ssh host.',
      );
  }
}

function isTrueInPython(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isMapping(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}
