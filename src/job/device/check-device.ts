import type { ReleaseNumber } from '../../model/index.js';
import { pythonTruth } from '../../pyyaml/index.js';
import { problemAt, type JobProblem } from '../problem.js';
import { dictOf, toProblems, valueAt } from '../schema/index.js';
import { serverSchema } from './server-schema.js';

const powerCommands = ['power_off', 'power_on', 'hard_reset'];

/**
 * Checks a rendered device configuration as LAVA's scheduler does before it uses the device (`Device.is_valid`).
 *
 * @param value the configuration from `parsePython`. Values from `parseYaml` work too, but do not show whether a key was
 *   a string, or whether a number was written as `1.0`; LAVA rejects some of these.
 */
export function checkDeviceConfiguration(value: unknown, release: ReleaseNumber): readonly JobProblem[] {
  const problems = toProblems(serverSchema(release).check(value, null, 'rejected'));
  return problems.length > 0 ? problems : checkPrimarySsh(value);
}

/** LAVA does not accept power commands for a device that it reaches by ssh. */
function checkPrimarySsh(device: unknown): readonly JobProblem[] {
  const methods = dictOf(valueAt(device, 'actions', 'deploy', 'methods'));
  if (methods?.has('ssh') !== true) return [];
  const ssh = dictOf(methods.get('ssh'));
  // LAVA itself fails on this.
  if (ssh === null) return [problemAt(['actions', 'deploy', 'methods', 'ssh'], 'expected a mapping')];
  const commands = dictOf(valueAt(device, 'commands'));
  const present = powerCommands.filter((name) => commands?.has(name));
  if (!pythonTruth(ssh.get('host')) || present.length === 0) return [];
  const message = `must not have ${present.join(', ')}: the device is reached by ssh (actions.deploy.methods.ssh.host)`;
  return [problemAt(['commands'], message, 'Remove the power commands or the ssh host.')];
}
