import { readEnvironment } from '../../job/index.js';
import { parseCertificate, type WorkerFields } from '../../model/index.js';
import { readChecked } from '../yaml/check-schema.js';
import { didYouMean } from '../names.js';
import type { TextFile } from '../files/read-files.js';
import type { Report } from '../report.js';
import type { LabTree, WorkerFiles } from '../files/tree.js';

export interface LabWorker {
  readonly name: string;
  /** null: unknown, because worker.yaml has errors, is missing or does not name a site of the lab. */
  readonly site: string | null;
  readonly fields: WorkerFields;
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
  const own = [path, ...[...parts.values()].map((file) => file.path)];
  const extras = {
    ...textField('env', environmentText(parts.get('env'), report)),
    ...textField('envDut', environmentText(parts.get('env-dut'), report)),
    ...textField('dispatcherConfig', checkedText('dispatcher', parts.get('dispatcher'), report)),
    ...textField('certificate', certificateText(parts.get('certificate'), report)),
  };
  const worker = { name, site: null, fields: extras, files: own, file: path };
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
  const checked = readChecked('worker', main, report);
  if (checked === null) return worker;
  const { value } = checked;
  const fields: WorkerFields = {
    ...(value.description === undefined ? {} : { description: value.description }),
    ...(value.health === undefined ? {} : { health: value.health }),
    ...(value.jobLimit === undefined ? {} : { jobLimit: value.jobLimit }),
    ...extras,
  };
  if (!tree.sites.has(value.site)) {
    report.error(
      'site-unknown',
      checked.tree.placeOf(['site']),
      `there is no site "${value.site}"`,
      didYouMean(value.site, tree.sites.keys()),
    );
    return { ...worker, fields };
  }
  return { ...worker, site: value.site, fields };
}

function textField<K extends keyof WorkerFields>(
  field: K,
  text: string | null,
): { readonly [P in K]?: string } {
  return (text === null ? {} : { [field]: text }) as { readonly [P in K]?: string };
}

/** The text of env.yaml or env-dut.yaml, if a dispatcher accepts it. */
function environmentText(file: TextFile | undefined, report: Report): string | null {
  const text = checkedText('worker-environment', file, report);
  if (file === undefined || text === null) return null;
  const read = readEnvironment(text);
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

/** The unchanged text, if it is what LAVA expects. */
function checkedText(
  schema: 'worker-environment' | 'dispatcher',
  file: TextFile | undefined,
  report: Report,
): string | null {
  if (file === undefined || readChecked(schema, file, report) === null) return null;
  return file.text;
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
