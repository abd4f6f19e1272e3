import { isTimeZone } from '../../calendar/index.js';
import {
  formatRelease,
  knownReleases,
  newestKnownRelease,
  oldestKnownRelease,
  parseRelease,
  type IgnoreRule,
  type Master,
  type Policy,
  type SecretReference,
  type Site,
} from '../../model/index.js';
import { windowsOf, withWindows } from './windows.js';
import { readChecked, type Checked } from '../yaml/check-schema.js';
import { nearest } from '../../diagnostics/index.js';
import { orElse } from '../names.js';
import type { TextFile } from '../files/read-files.js';
import type { Report } from '../report.js';
import type { LabTree } from '../files/tree.js';
import { listAt, shorten, textAt, type YamlTree } from '../yaml/yaml-tree.js';
import { reportUnknownSite } from './site-reference.js';

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
  const lab = readChecked('lab', tree.lab, report, (yaml) => {
    for (const index of listAt(yaml, ['deviceTypeSources']).keys())
      reportCredentials(yaml, ['deviceTypeSources', index, 'git'], gitCredentials, report);
  });
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
    ...(policy.signatures === undefined ? {} : { signatures: policy.signatures }),
    ...(policy.undeclared === undefined ? {} : { undeclared: policy.undeclared }),
    ...rulesOf(policy),
    ...(policy.hazards === undefined ? {} : { hazards: policy.hazards.map(ruleOf) }),
  };
}

type Rules = Pick<Master, 'modes' | 'ignore'>;

/** @param before rules that precede these */
function rulesOf({ modes, ignore }: Pick<Checked<'master'>, 'modes' | 'ignore'>, before: Rules = {}): Rules {
  const all = {
    modes: [...(before.modes ?? []), ...(modes ?? []).map(({ path, mode }) => ({ path, mode }))],
    ignore: [...(before.ignore ?? []), ...(ignore ?? []).map(ruleOf)],
  };
  return {
    ...(all.modes.length === 0 ? {} : { modes: all.modes }),
    ...(all.ignore.length === 0 ? {} : { ignore: all.ignore }),
  };
}

function ruleOf({
  path,
  reason,
}: {
  readonly path: string;
  readonly reason?: string | undefined;
}): IgnoreRule {
  return { path, ...(reason === undefined ? {} : { reason }) };
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
  const checked = readChecked('site', file, report, (yaml) => {
    reportTimeZone(yaml, report);
  });
  if (checked === null) return null;
  const { value } = checked;
  const timeZone = value.timeZone ?? 'UTC';
  if (!isTimeZone(timeZone)) return null;
  return {
    name,
    description: value.description ?? null,
    owners: value.owners,
    contacts: value.contacts ?? [],
    timeZone,
    ...withWindows(windowsOf(value.maintenanceWindows, timeZone, `site ${name}`)),
  };
}

function reportTimeZone(yaml: YamlTree, report: Report): void {
  const timeZone = textAt(yaml, ['timeZone']);
  if (timeZone === undefined || timeZone === '' || isTimeZone(timeZone)) return;
  report.error(
    'time-zone-unknown',
    yaml.placeOf(['timeZone']),
    `"${shorten(timeZone)}" is not a time zone`,
    didYouMeanZone(timeZone) ?? 'Use an IANA name such as Europe/Berlin.',
  );
}

function didYouMeanZone(name: string): string | undefined {
  const near = nearest(name.replaceAll(' ', '_'), Intl.supportedValuesOf('timeZone'));
  return near === undefined ? undefined : `Did you mean "${near}"?`;
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
  const checked = readChecked('master', file, report, (yaml) => {
    checkMaster(yaml, tree, report);
  });
  if (checked === null) return null;
  const { value } = checked;
  const release = value.release === undefined ? null : parseRelease(value.release);
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

/** Reports what the schema of a master cannot. */
function checkMaster(yaml: YamlTree, tree: LabTree, report: Report): void {
  for (const index of listAt(yaml, ['sites']).keys()) reportUnknownSite(yaml, ['sites', index], tree, report);
  const worker = textAt(yaml, ['embedded', 'worker']);
  if (worker !== undefined && worker !== '' && !tree.workers.has(worker)) {
    report.error(
      'master-worker-unknown',
      yaml.placeOf(['embedded', 'worker']),
      `there is no worker "${shorten(worker)}"`,
      orElse(nearest(worker, tree.workers.keys()), `Write workers/${shorten(worker)}/worker.yaml.`),
    );
  }
  reportRelease(yaml, report);
  reportCredentials(yaml, ['url'], urlCredentials, report);
  const url = textAt(yaml, ['url']);
  const [page, api] = /\/(RPC2|api(?:\/v\d+(?:\.\d+)?)?)\/?$/i.exec(url ?? '') ?? [];
  if (url !== undefined && page !== undefined && !hasCredentials(url)) {
    const message = `this is the URL of an API (${api ?? ''}), not of the master`;
    const hint = `Write ${shorten(url.slice(0, -page.length))}.`;
    report.error('yaml-wrong-value', yaml.placeOf(['url']), message, hint);
  }
}

/** A release that is older than all that lavaflow knows is an error: no rules are right for it. */
function reportRelease(yaml: YamlTree, report: Report): void {
  const text = textAt(yaml, ['release']);
  if (text === undefined || !/^\d{4}\.\d{2}(?:\.\d+)?$/.test(text)) return;
  const release = parseRelease(text);
  if (release !== null && knownReleases.includes(release)) return;
  const [oldest, newest] = [oldestKnownRelease, newestKnownRelease].map(formatRelease);
  const year = Math.min(
    Math.floor(newestKnownRelease / 100),
    Math.max(Math.floor(oldestKnownRelease / 100), Number(text.slice(0, 4))),
  );
  const ofYear = knownReleases.filter((one) => Math.floor(one / 100) === year).map(formatRelease);
  const place = yaml.placeOf(['release']);
  const message = `lavaflow does not know a LAVA release ${text}`;
  const hint = `Write a release from ${oldest} to ${newest}. Those of ${year} are ${ofYear.join(', ')}.`;
  if (release === null || release < oldestKnownRelease) report.error('release-unknown', place, message, hint);
  else {
    const applied = knownReleases.filter((one) => one < release).at(-1) ?? newestKnownRelease;
    report.warn('release-unknown', place, `${message}: the rules of ${formatRelease(applied)} apply`, hint);
  }
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

const urlCredentials = 'Remove them, replace them with new credentials, and refer to those with tokenFrom.';
const gitCredentials =
  'Remove them, and replace them with new credentials that git gets from its own configuration: a credential helper or an SSH key.';

function reportCredentials(
  yaml: YamlTree,
  path: readonly (string | number)[],
  hint: string,
  report: Report,
): void {
  const url = textAt(yaml, path);
  if (url === undefined || !hasCredentials(url)) return;
  const message = 'the URL contains a user name or a password';
  report.error('url-with-credentials', yaml.placeOf(path), message, hint);
}
