import type { KnownFile, TextFile } from './read-files.js';
import type { WorkerPart } from './paths.js';
import type { Report } from '../report.js';

/** The files of one worker. */
export interface WorkerFiles {
  /** The path where worker.yaml is, or should be. */
  readonly path: string;
  readonly parts: Map<WorkerPart, TextFile>;
}

/** The files of a lab by their meaning and owner. */
export interface LabTree {
  readonly lab: TextFile | null;
  readonly masters: ReadonlyMap<string, TextFile>;
  readonly sites: ReadonlyMap<string, TextFile>;
  readonly groups: ReadonlyMap<string, TextFile>;
  readonly deviceTypes: ReadonlyMap<string, TextFile>;
  readonly templates: ReadonlyMap<string, TextFile>;
  readonly healthChecks: ReadonlyMap<string, TextFile>;
  readonly dictionaries: ReadonlyMap<string, TextFile>;
  /** What <hostname>.yaml specifies in addition to the dictionary. */
  readonly devices: ReadonlyMap<string, TextFile>;
  readonly workers: ReadonlyMap<string, WorkerFiles>;
  readonly allowedSigners: TextFile | null;
  readonly gpgKeys: readonly TextFile[];
}

export function sortIntoTree(files: readonly KnownFile[]): LabTree {
  let lab: TextFile | null = null;
  let allowedSigners: TextFile | null = null;
  const gpgKeys: TextFile[] = [];
  const named = {
    master: new Map<string, TextFile>(),
    site: new Map<string, TextFile>(),
    group: new Map<string, TextFile>(),
    'device-type': new Map<string, TextFile>(),
    template: new Map<string, TextFile>(),
    'health-check': new Map<string, TextFile>(),
    dictionary: new Map<string, TextFile>(),
    device: new Map<string, TextFile>(),
  };
  const workers = new Map<string, WorkerFiles>();
  for (const { path, text, meaning } of files) {
    switch (meaning.kind) {
      case 'lab':
        lab = { path, text };
        break;
      case 'allowed-signers':
        allowedSigners = { path, text };
        break;
      case 'gpg-key':
        gpgKeys.push({ path, text });
        break;
      case 'worker':
        filesOf(workers, meaning.name).parts.set(meaning.part, { path, text });
        break;
      case 'unknown':
        // A worker directory with a misspelled worker.yaml is still a worker: it is incomplete, and did not leave the
        // lab.
        if (meaning.worker !== undefined) filesOf(workers, meaning.worker);
        break;
      case 'ignored':
      case 'bad-name':
        break;
      default:
        named[meaning.kind].set(meaning.name, { path, text });
    }
  }
  return {
    lab,
    masters: named.master,
    sites: named.site,
    groups: named.group,
    deviceTypes: named['device-type'],
    templates: named.template,
    healthChecks: named['health-check'],
    dictionaries: named.dictionary,
    devices: named.device,
    workers,
    allowedSigners,
    gpgKeys,
  };
}

function filesOf(workers: Map<string, WorkerFiles>, name: string): WorkerFiles {
  const known = workers.get(name);
  if (known !== undefined) return known;
  const created = { path: `workers/${name}/worker.yaml`, parts: new Map<WorkerPart, TextFile>() };
  workers.set(name, created);
  return created;
}

/** Masters and file systems differ in whether case matters, so names that differ only in case are rejected. */
export function reportDuplicateNames(tree: LabTree, report: Report): void {
  for (const group of [
    tree.masters,
    tree.sites,
    tree.groups,
    // A device counts once, whichever of its files names it.
    new Map([...tree.devices, ...tree.dictionaries]),
    tree.workers,
    tree.templates,
    tree.deviceTypes,
  ]) {
    const seen = new Map<string, string>();
    for (const [name, file] of group) {
      const other = seen.get(name.toLowerCase());
      if (other === undefined) seen.set(name.toLowerCase(), name);
      else {
        report.error(
          'name-duplicate',
          { file: file.path },
          `"${name}" and "${other}" differ only in case`,
          'Rename one of them.',
        );
      }
    }
  }
}

/**
 * LAVA looks for templates among the dictionaries first, so a device with the name of a template hides it from all others.
 * @param templates names of the templates besides those of the lab
 * @returns the dictionaries
 */
export function reportHidingDevices(
  tree: LabTree,
  templates: (name: string) => boolean,
  report: Report,
): ReadonlySet<string> {
  const hiding = new Set<string>();
  for (const [name, file] of tree.dictionaries) {
    const isInLab = tree.templates.has(name);
    if (!isInLab && !templates(name)) continue;
    hiding.add(file.path);
    report.error(
      'name-duplicate',
      { file: file.path },
      `the device "${name}" has the name of a template${isInLab ? ' in device-types' : ''}, and LAVA would use its dictionary as the template`,
      isInLab ? 'Rename the device or the template.' : 'Rename the device.',
    );
  }
  return hiding;
}
