import type { Target } from '../target.js';
import { board, boardOutput, executorTexts, regex } from './executor.js';
import { gitTexts, records } from './git.js';
import { http } from './http.js';
import { jinja } from './jinja.js';
import { deviceConfiguration, job, qemuOptions, workerFiles } from './job.js';
import { lab } from './lab.js';
import { masterJobs, masterObjects } from './master.js';
import { certificate, wireControl, wireLog, xz } from './wire.js';
import { xmlRpcCall, xmlRpcResponse } from './xml-rpc.js';
import { yaml, yamlQuoting } from './yaml.js';

/** Every parser that strangers, submitters, workers, contributors and masters reach. */
export const targets: readonly Target[] = [
  ...[http, xmlRpcCall],
  ...[yaml, yamlQuoting, job, qemuOptions, regex, boardOutput, board, executorTexts],
  ...[wireControl, wireLog, xz, certificate],
  ...[jinja, lab, workerFiles, deviceConfiguration, gitTexts, records],
  ...[xmlRpcResponse, masterObjects, masterJobs],
];
