import { isVariableName, isVariableValue, readEnvironment, readOverrides } from '../../job/index.js';
import { parseCertificate, type WorkerFields } from '../../model/index.js';
import { asMapping, findOtherKeys, parseYaml } from '../../pyyaml/index.js';
import type { DeclaredWindows } from './windows.js';
import { readChecked } from '../yaml/check-schema.js';
import { reportUnknownSite } from './site-reference.js';
import { shorten, textAt, type YamlTree } from '../yaml/yaml-tree.js';
import { placeAt } from '../place.js';
import { reportLikelySecrets } from '../files/secrets.js';
import type { TextFile } from '../files/read-files.js';
import type { Report } from '../report.js';
import type { LabTree, WorkerFiles } from '../files/tree.js';

export interface LabWorker {
  readonly name: string;
  /** null: unknown, because worker.yaml has errors, is missing or does not name a site of the lab. */
  readonly site: string | null;
  readonly fields: WorkerFields;
  readonly maintenanceWindows: DeclaredWindows;
  /** The worker's own files. An error in one of them blocks the worker. */
  readonly files: readonly string[];
  /** worker.yaml, which the worker's devices depend on. */
  readonly file: string;
}

export function readWorkers(tree: LabTree, report: Report): Map<string, LabWorker> {
  const workers = new Map<string, LabWorker>();
  for (const [name, files] of tree.workers) workers.set(name, readWorker(name, files, tree, report));
  return workers;
}

function readWorker(name: string, files: WorkerFiles, tree: LabTree, report: Report): LabWorker {
  const { parts, path } = files;
  for (const part of ['env', 'env-dut', 'dispatcher'] as const) {
    const file = parts.get(part);
    if (file !== undefined && file.text !== null) reportLikelySecrets(file.path, file.text, report);
  }
  const own = [path, ...[...parts.values()].map((file) => file.path)];
  const extras = {
    ...textField('env', environmentText('env', parts.get('env'), report)),
    ...textField('envDut', environmentText('env-dut', parts.get('env-dut'), report)),
    ...textField('dispatcherConfig', checkedText('dispatcher', parts.get('dispatcher'), true, report)),
    ...textField('certificate', certificateText(parts.get('certificate'), report)),
  };
  const worker = { name, site: null, maintenanceWindows: undefined, fields: extras, files: own, file: path };
  const main = parts.get('worker');
  if (main === undefined) {
    const message = `workers/${name} has no worker.yaml`;
    report.error(
      'worker-incomplete',
      { file: path },
      message,
      'Create it with `kind: Worker` and `site: ...`.',
    );
    return worker;
  }
  const checked = readChecked('worker', main, report, (yaml) => {
    reportUnknownSite(yaml, ['site'], tree, report);
  });
  if (checked === null) return worker;
  const { value } = checked;
  const fields: WorkerFields = {
    ...(value.description === undefined ? {} : { description: value.description }),
    ...(value.health === undefined ? {} : { health: value.health }),
    ...(value.jobLimit === undefined ? {} : { jobLimit: value.jobLimit }),
    ...extras,
  };
  const site = tree.sites.has(value.site) ? value.site : null;
  return { ...worker, site, fields, maintenanceWindows: value.maintenanceWindows };
}

function textField<K extends keyof WorkerFields>(
  field: K,
  text: string | null,
): { readonly [P in K]?: string } {
  return (text === null ? {} : { [field]: text }) as { readonly [P in K]?: string };
}

/** The text of env.yaml or env-dut.yaml, if a dispatcher accepts it. */
function environmentText(part: 'env' | 'env-dut', file: TextFile | undefined, report: Report): string | null {
  const text = checkedText('worker-environment', file, part === 'env', report);
  if (file === undefined || text === null) return null;
  const keys = findOtherKeys(text);
  for (const key of keys) {
    if (report.isFull(file.path)) break;
    const message = `the key "${key.text}" must be a string, and PyYAML reads something else`;
    report.error('yaml-wrong-type', placeAt(file.path, text, key.at), message, 'Put it in quotes.');
  }
  if (keys.length > 0) return null;
  const read = part === 'env' ? readEnvironment(text) : readOverrides(text);
  if (read.ok) return text;
  const hint = 'Use names without "=", and values without NUL characters.';
  report.error(
    'yaml-wrong-value',
    { file: file.path },
    `a dispatcher rejects this file: ${read.problem}`,
    hint,
  );
  return null;
}

/**
 * The unchanged text, if it is what LAVA expects.
 * @param canBeEmpty LAVA accepts a file that contains only comments
 */
function checkedText(
  schema: 'worker-environment' | 'dispatcher',
  file: TextFile | undefined,
  canBeEmpty: boolean,
  report: Report,
): string | null {
  if (file === undefined || file.text === null) return null;
  if (file.text !== '' && hasOnlyComments(file.text)) {
    if (canBeEmpty) return file.text;
    const message =
      'the file contains only comments, and LAVA fails each job of the worker that deploys something';
    report.error(
      'yaml-not-a-mapping',
      { file: file.path, line: 1, column: 1 },
      message,
      'Write `overrides: {}`, or delete the file.',
    );
    return null;
  }
  const before = report.hasErrors(file.path);
  const checked = readChecked(schema, file, report, (yaml) => {
    if (schema === 'dispatcher') reportAddresses(yaml, report);
    else reportVariables(yaml, report);
  });
  return checked === null || (!before && report.hasErrors(file.path)) ? null : file.text;
}

/** A dispatcher fails every job if it cannot set a variable. */
function reportVariables(yaml: YamlTree, report: Report): void {
  const overrides = asMapping(asMapping(yaml.value)?.['overrides']) ?? {};
  for (const [name, value] of Object.entries(overrides)) {
    const problem = isVariableName(name)
      ? typeof value !== 'string' || isVariableValue(value)
        ? null
        : `the value of "${shorten(name)}" contains a NUL character`
      : `"${shorten(name)}" cannot be the name of a variable`;
    if (problem === null) continue;
    const hint = 'Use names without "=", and values without NUL characters.';
    report.error('yaml-wrong-value', yaml.placeOf(['overrides'], name), problem, hint);
  }
}

/** LAVA writes addresses into URLs and commands, so it accepts any text. */
function reportAddresses(yaml: YamlTree, report: Report): void {
  for (const key of ['dispatcher_ip', 'dispatcher_http_ip', 'dispatcher_nfs_ip', 'dispatcher_tftp_ip']) {
    const address = textAt(yaml, [key]);
    if (address === undefined) continue;
    const isUrl = address.includes('/');
    const octets = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?::\d+)?$/.exec(address)?.slice(1) ?? [];
    if (!isUrl && octets.every((octet) => Number(octet) <= 255)) continue;
    const message = `"${shorten(address)}" is not an address`;
    const hint = isUrl
      ? 'Write only the address or host name, without http:// and paths.'
      : 'Write four numbers from 0 to 255.';
    report.error('yaml-wrong-value', yaml.placeOf([key]), message, hint);
  }
}

function hasOnlyComments(text: string): boolean {
  if (/^\s*[^\s#%-]/m.test(text)) return false;
  const parsed = parseYaml(text);
  return parsed.ok && parsed.value === null;
}

function certificateText(file: TextFile | undefined, report: Report): string | null {
  if (file === undefined || file.text === null) return null;
  const certificate = parseCertificate(file.text);
  if (!('problem' in certificate)) return file.text;
  report.error(
    'certificate-invalid',
    { file: file.path, ...(certificate.line === undefined ? {} : { line: certificate.line, column: 1 }) },
    `this is not a public certificate: ${certificate.problem}`,
    'Create a key pair with `lavaflow certs create NAME` and commit NAME.key as certificate.key.',
  );
  return null;
}
