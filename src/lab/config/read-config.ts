import {
  parseRelease,
  type Master,
  type Policy,
  type SecretReference,
  type Site,
} from '../../model/index.js';
import { readChecked, type Checked } from '../yaml/check-schema.js';
import { nearest } from '../../diagnostics/index.js';
import { orElse } from '../names.js';
import type { TextFile } from '../files/read-files.js';
import type { Report } from '../report.js';
import type { LabTree } from '../files/tree.js';
import type { YamlTree } from '../yaml/yaml-tree.js';

export type LabFileValue = Checked<'lab'>;

/**
 * Reads lab.yaml. Returns null if it is missing or unusable, which is then reported.
 * @param lavaLayout the directory of dictionaries in LAVA's own layout, which a lab does not read
 */
export function readLabFile(
  tree: LabTree,
  report: Report,
  lavaLayout: string | null = null,
): { value: LabFileValue; tree: YamlTree } | null {
  const convert = 'Run `lavaflow init --from . DIR` to convert it into a new lab in DIR.';
  if (lavaLayout !== null && tree.lab !== null) {
    const message = `the dictionaries are in ${lavaLayout}, which is LAVA's own layout, and a lab reads only device-dictionaries`;
    report.warn('lava-layout', { file: tree.lab.path, line: 1, column: 1 }, message, convert);
  }
  if (tree.lab === null && lavaLayout !== null) {
    const message = `this is not a lab: its dictionaries are in ${lavaLayout}, which is LAVA's own layout`;
    report.error('lab-missing', { file: 'lab-config/lab.yaml' }, message, convert);
    return null;
  }
  if (tree.lab === null) {
    report.error(
      'lab-missing',
      { file: 'lab-config/lab.yaml' },
      'lab-config/lab.yaml is missing, so this is not a lab yet',
      'Use --lab DIR for a lab elsewhere, run `lavaflow init DIR` for a new one, or create the file with `kind: Lab` and `name: ...`.',
    );
    return null;
  }
  const lab = readChecked('lab', tree.lab, report);
  for (const [index, source] of (lab?.value.deviceTypeSources ?? []).entries()) {
    if (typeof source.git === 'string') {
      const place = lab?.tree.placeOf(['deviceTypeSources', index, 'git']) ?? { file: tree.lab.path };
      reportCredentials(source.git, place, report);
    }
  }
  return lab;
}

export function policyOf(lab: LabFileValue): Policy {
  const policy = lab.policy ?? {};
  return {
    mode: policy.mode ?? 'warn',
    prune: policy.prune ?? 'report',
    maxUpdateShare: policy.maxUpdateShare ?? 0.3,
    maxRemoveShare: policy.maxRemoveShare ?? 0.3,
    ...(policy.changes === undefined ? {} : { changes: policy.changes }),
    ...rulesOf(policy),
  };
}

type Rules = Pick<Master, 'modes' | 'ignore'>;

/** @param before rules that precede these */
function rulesOf({ modes, ignore }: Pick<Checked<'master'>, 'modes' | 'ignore'>, before: Rules = {}): Rules {
  const all = {
    modes: [...(before.modes ?? []), ...(modes ?? []).map(({ path, mode }) => ({ path, mode }))],
    ignore: [
      ...(before.ignore ?? []),
      ...(ignore ?? []).map(({ path, reason }) => ({ path, ...(reason === undefined ? {} : { reason }) })),
    ],
  };
  return {
    ...(all.modes.length === 0 ? {} : { modes: all.modes }),
    ...(all.ignore.length === 0 ? {} : { ignore: all.ignore }),
  };
}

export function readSites(tree: LabTree, report: Report): Map<string, Site> {
  const sites = new Map<string, Site>();
  for (const [name, file] of tree.sites) {
    const site = readSite(name, file, report);
    if (site !== null) sites.set(name, site);
  }
  return sites;
}

function readSite(name: string, file: TextFile, report: Report): Site | null {
  const checked = readChecked('site', file, report);
  if (checked === null) return null;
  const { value } = checked;
  const timeZone = value.timeZone ?? 'UTC';
  if (!isTimeZone(timeZone)) {
    report.error(
      'time-zone-unknown',
      checked.tree.placeOf(['timeZone']),
      `"${timeZone}" is not a time zone`,
      'Use an IANA name such as Europe/Berlin.',
    );
    return null;
  }
  return {
    name,
    description: value.description ?? null,
    owners: value.owners,
    contacts: value.contacts ?? [],
    timeZone,
  };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Only masters without errors: with uncertain sites, devices would seem to have left the master. */
export function readMasters(tree: LabTree, policy: Policy, report: Report): Map<string, Master> {
  // Without a lab.yaml there is no lab, which has already been reported.
  if (tree.masters.size === 0 && tree.lab !== null) {
    report.error(
      'master-missing',
      { file: 'lab-config/masters' },
      'the lab has no master',
      'Add one in lab-config/masters/<name>.yaml.',
    );
  }
  const masters = new Map<string, Master>();
  for (const [name, file] of tree.masters) {
    const master = readMaster(name, file, tree, policy, report);
    if (master !== null && !report.hasErrors(file.path)) masters.set(name, master);
    else {
      report.warn(
        'master-unusable',
        { file: file.path },
        `nothing is planned for the master "${name}" until the errors in its file are fixed`,
      );
    }
  }
  return masters;
}

function readMaster(
  name: string,
  file: TextFile,
  tree: LabTree,
  policy: Policy,
  report: Report,
): Master | null {
  const checked = readChecked('master', file, report);
  if (checked === null) return null;
  const { value, tree: yaml } = checked;
  for (const [index, site] of value.sites.entries()) {
    if (tree.sites.has(site)) continue;
    report.error(
      'site-unknown',
      yaml.placeOf(['sites', index]),
      `there is no site "${site}"`,
      orElse(nearest(site, tree.sites.keys()), `Write lab-config/sites/${site}.yaml.`),
    );
  }
  const worker = value.embedded?.worker;
  if (worker !== undefined && !tree.workers.has(worker)) {
    report.error(
      'master-worker-unknown',
      yaml.placeOf(['embedded', 'worker']),
      `there is no worker "${worker}"`,
      orElse(nearest(worker, tree.workers.keys()), `Write workers/${worker}/worker.yaml.`),
    );
  }
  const release = value.release === undefined ? null : parseRelease(value.release);
  if (value.url !== undefined) reportCredentials(value.url, yaml.placeOf(['url']), report);
  return {
    name,
    address: addressOf(value),
    tokenFrom: (value.tokenFrom as SecretReference | undefined) ?? null,
    sites: [...new Set(value.sites)].sort(),
    ...(release === null ? {} : { release }),
    ...(value.extraContextVariables === undefined
      ? {}
      : { extraContextVariables: value.extraContextVariables }),
    mode: value.mode ?? policy.mode,
    ...rulesOf(value, policy),
  };
}

/** The schema ensures that there is exactly one. */
function addressOf(value: Checked<'master'>): Master['address'] {
  if (value.embedded !== undefined) return { embedded: { worker: value.embedded.worker } };
  if (value.urlFrom !== undefined) return { urlFrom: { env: value.urlFrom.env } };
  return { url: withoutEnd(value.url ?? '', '/') };
}

function withoutEnd(text: string, character: string): string {
  let end = text.length;
  while (text[end - 1] === character) end--;
  return text.slice(0, end);
}

/** Whether a URL contains a secret: a password, or for HTTP any user name, which may be a token. */
export function hasCredentials(url: string): boolean {
  return /^[a-z]+:\/\/[^/@\s:]*:[^/@\s]*@/i.test(url) || /^https?:\/\/[^/@\s]+@/i.test(url);
}

function reportCredentials(url: string, place: ReturnType<YamlTree['placeOf']>, report: Report): void {
  if (!hasCredentials(url)) return;
  report.error(
    'url-with-credentials',
    place,
    'the URL contains a user name or a password',
    'Remove them, replace them with new credentials, and refer to those with tokenFrom.',
  );
}
