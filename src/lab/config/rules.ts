import type { DriftModeRule, HazardRule, IgnoreRule, Master, Policy, Site } from '../../model/index.js';
import { readFiles } from '../files/read-files.js';
import { sortIntoTree } from '../files/tree.js';
import { createMemory } from '../memory.js';
import { Report } from '../report.js';
import type { FileMap } from '../snapshot.js';
import { policyOf, readLabFile, readMasters, readSites } from './read-config.js';
import { deviceTypeSourcesOf, type DeviceTypeSource } from './sources.js';

/**
 * The rules that a change is judged by: how much an apply may change, the addresses of masters and how they are
 * accessed, what is ignored, who owns what, and where templates are fetched from. A pull request that changes these is
 * judged by the rules of its base branch.
 */
export interface LabRules {
  readonly policy: Policy;
  /** The masters without findings. */
  readonly masters: ReadonlyMap<string, Master>;
  readonly sources: readonly DeviceTypeSource[];
  /** The sites without findings, with their owners. */
  readonly sites: ReadonlyMap<string, Site>;
  /** GitHub users and teams. Empty: not specified. */
  readonly maintainers: readonly string[];
}

/** Reads only the rules. Returns null if lab.yaml is missing or unusable. */
export function readRules(files: FileMap): LabRules | null {
  const report = new Report();
  const needed = new Map(
    [...files].filter(([path]) => /^lab-config\/|^workers\/[^/]+\/worker\.yaml$/.test(path)),
  );
  const tree = sortIntoTree(readFiles(needed, report, createMemory()));
  const labFile = readLabFile(tree, report);
  if (labFile === null) return null;
  const policy = policyOf(labFile.value);
  return {
    policy,
    masters: readMasters(tree, policy, report),
    sources: deviceTypeSourcesOf(files),
    sites: readSites(tree, report),
    maintainers: labFile.value.maintainers ?? [],
  };
}

/**
 * The masters of a lab under other rules. The lab decides what they serve. Masters that are not in the rules are left
 * out.
 */
export function underRules(masters: ReadonlyMap<string, Master>, rules: LabRules): Map<string, Master> {
  return new Map(
    [...masters].flatMap(([name, { sites }]): [string, Master][] => {
      const ruled = rules.masters.get(name);
      return ruled === undefined ? [] : [[name, { ...ruled, sites }]];
    }),
  );
}

/**
 * Whether templates may be fetched from this source. Another commit or path of a known location is an ordinary change.
 */
export function isKnownSource(source: DeviceTypeSource, { sources }: LabRules): boolean {
  return sources.some((known) => 'git' in known === 'git' in source && placeOf(known) === placeOf(source));
}

/** Describes how the two differ, one phrase per difference. */
export function compareRules(before: LabRules, after: LabRules): string[] {
  const both = [...before.masters.keys()].filter((name) => after.masters.has(name));
  const was = statementsOf(before, both);
  const is = statementsOf(after, both);
  const changes = [...new Set([...was.keys(), ...is.keys()])].flatMap((what) => {
    const [old = 'nothing', now = 'nothing'] = [was.get(what), is.get(what)];
    return old === now ? [] : [`${what}: ${old} -> ${now}`];
  });
  for (const name of before.masters.keys()) {
    if (!after.masters.has(name)) changes.push(`master ${name}: it leaves the lab, or its file has errors`);
  }
  for (const name of after.masters.keys()) {
    if (!before.masters.has(name)) changes.push(`master ${name}: it is new`);
  }
  for (const source of after.sources) {
    if (!isKnownSource(source, before))
      changes.push(
        `deviceTypeSources: ${withoutUser(placeOf(source))} is new, so nothing was fetched from there`,
      );
  }
  return changes;
}

function statementsOf(
  { policy, masters, maintainers }: LabRules,
  names: readonly string[],
): Map<string, string> {
  const statements: [string, unknown][] = [
    ['policy.mode', policy.mode],
    ['policy.modes', modesText(policy.modes)],
    ['policy.ignore', pathsText(policy.ignore, 'nothing')],
    ['policy.prune', policy.prune],
    ['policy.undeclared', policy.undeclared ?? 'unmanaged'],
    ['policy.maxUpdateShare', policy.maxUpdateShare],
    ['policy.maxRemoveShare', policy.maxRemoveShare],
    ['policy.changes', policy.changes ?? 'any'],
    ['policy.signatures', policy.signatures ?? 'ignored'],
    ['policy.hazards', policy.hazards === undefined ? 'the default' : pathsText(policy.hazards, 'none')],
    ['maintainers', maintainers.length === 0 ? 'nothing' : maintainers.join(', ')],
  ];
  for (const name of names) {
    const master = masters.get(name);
    if (master === undefined) continue;
    // The lab's rules come first in the lists of each master.
    const modes = master.modes?.slice(policy.modes?.length ?? 0);
    const ignore = master.ignore?.slice(policy.ignore?.length ?? 0);
    statements.push(
      [`master ${name}: address`, JSON.stringify(master.address)],
      [`master ${name}: tokenFrom`, JSON.stringify(master.tokenFrom)],
      [`master ${name}: mode`, master.mode],
      [`master ${name}: modes`, modesText(modes)],
      [`master ${name}: ignore`, pathsText(ignore, 'nothing')],
    );
  }
  return new Map(statements.map(([what, value]) => [what, String(value)]));
}

/** The last matching rule wins, so their order matters. */
function modesText(rules: readonly DriftModeRule[] = []): string {
  return rules.length === 0 ? 'nothing' : rules.map(({ path, mode }) => `${mode} ${path}`).join(', ');
}

function pathsText(rules: readonly (IgnoreRule | HazardRule)[] | undefined, none: string): string {
  return rules === undefined || rules.length === 0 ? none : rules.map(({ path }) => path).join(', ');
}

function withoutUser(place: string): string {
  return place.replace(/:\/\/[^/]*@/, '://');
}

function placeOf(source: DeviceTypeSource): string {
  return 'directory' in source ? source.directory : source.git;
}
