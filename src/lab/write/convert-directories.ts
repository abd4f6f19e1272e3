import { keyOf, type ConfigurationObject, type ObjectKey, type ObservedMaster } from '../../model/index.js';
import { readSync, type SyncFields } from '../devices/read-sync.js';
import { isName } from '../names.js';
import { Report } from '../report.js';
import type { FileMap } from '../snapshot.js';
import {
  extendedTemplateOf,
  isShippedText,
  readTemplateFacts,
  shippedTemplates,
} from '../../templates/index.js';
import { filesOf, yamlText } from './draft.js';
import type { LeftOut } from './left-out.js';
import { leftOutText } from './left-out-text.js';
import { labText, type LabChoices } from './write-config.js';
import { leftOutReadme, writeLab } from './write-lab.js';

/** The files of a LAVA server, as in /etc/lava-server: texts by name. */
export interface LavaDirectories {
  /** dispatcher-config/devices, by hostname. */
  readonly dictionaries: ReadonlyMap<string, string>;
  /** dispatcher-config/device-types, by name. */
  readonly templates: ReadonlyMap<string, string>;
  /** dispatcher-config/health-checks, by template. */
  readonly healthChecks: ReadonlyMap<string, string>;
  /** Other paths in these directories, such as `health-checks/board.yml`, which LAVA does not read. */
  readonly unread: readonly string[];
  /** dispatcher.d, by worker. */
  readonly workers: ReadonlyMap<string, WorkerTexts>;
  /** The files of workers without their own. */
  readonly everyWorker: Omit<WorkerTexts, 'dispatcherConfig'>;
}

export interface WorkerTexts {
  readonly env?: string;
  readonly envDut?: string;
  readonly dispatcherConfig?: string;
}

export interface ConvertedLab {
  readonly files: FileMap;
  readonly leftOut: readonly LeftOut[];
  /** Paths that are not converted. */
  readonly unread: readonly string[];
  /** How many templates are LAVA's own. They are in the directory `upstream`, which lab.yaml names as a source. */
  readonly upstream: number;
}

/** If more templates than this have names of LAVA's, the directory is a copy of LAVA's. */
const mostOverrides = 5;
const upstream = 'upstream';
const ownSource = { directory: upstream, what: "LAVA's own templates, as they were on the server" };

/**
 * Turns LAVA's own directories into a lab repo without errors. Texts stay byte for byte; what a lab does not accept is
 * left out. The address of the master comes from the environment, because the directories do not contain it.
 * @param leave what else to leave out
 */
export function convertDirectories(
  found: LavaDirectories,
  choices: Pick<LabChoices, 'lab' | 'installs'> & { readonly site: string },
  leave: (observed: ObservedMaster) => Iterable<LeftOut> = () => [],
): ConvertedLab {
  const shipped = [...found.templates.keys()].filter((name) => shippedTemplates.has(name));
  const isCopy = shipped.length > mostOverrides;
  const own = new Set(
    shipped.filter((name) => isCopy || isShippedText(name, found.templates.get(name) ?? '')),
  );
  const master = 'lava';
  const { lab, installs, site } = choices;
  const all: LabChoices = {
    lab,
    installs,
    master,
    sites: { rules: [], rest: site, fallback: site },
    templateSource: null,
    url: 'https://lava.example.org',
    tokenFrom: { env: 'LAVA_TOKEN' },
    reaches: null,
  };
  const observed = observedIn(found, own);
  const written = writeLab(observed, all, leave(observed));
  const overrides = shipped.filter((name) => !own.has(name)).sort();
  const texts: [string, string][] = [
    [
      `lab-config/masters/${master}.yaml`,
      yamlText(
        {
          kind: 'Master',
          urlFrom: { env: 'LAVA_URL' },
          tokenFrom: { env: 'LAVA_TOKEN' },
          sites: [site],
        },
        'The master is off until the environment variable LAVA_URL contains its address.',
      ),
    ],
    [
      'lab-config/lab.yaml',
      labText(lab, { undeclared: 'unmanaged', overrides, source: own.size === 0 ? null : ownSource }),
    ],
    ...[...own].map((name): [string, string] => [
      `${upstream}/${name}.jinja2`,
      found.templates.get(name) ?? '',
    ]),
    ...(written.leftOut.length === 0
      ? []
      : [[leftOutReadme, leftOutText(written.leftOut, 'directories')] satisfies [string, string]]),
  ];
  const files = new Map([...written.files, ...filesOf(texts)]);
  return { files, leftOut: written.leftOut, unread: found.unread, upstream: own.size };
}

/** The master that these files belong to, as far as the files show. */
function observedIn(found: LavaDirectories, own: ReadonlySet<string>): ObservedMaster {
  const objects: ConfigurationObject[] = [];
  for (const [name, text] of found.templates)
    if (!own.has(name)) objects.push({ kind: 'template', name, fields: { text } });
  for (const [name, job] of found.healthChecks) objects.push({ kind: 'health-check', name, fields: { job } });
  const workers = new Set(found.workers.keys());
  const types = new Set<string>();
  const devices = [...found.dictionaries].map(([name, dictionary]) => {
    const sync = syncOf(dictionary);
    const template = extendedTemplateOf(dictionary);
    // A template in a subdirectory (`a/b`) is not the name of a type.
    const deviceType = sync.deviceType ?? (template !== null && isName(template) ? template : undefined);
    if (sync.worker !== undefined) workers.add(sync.worker);
    if (deviceType !== undefined) types.add(deviceType);
    return { name, dictionary, deviceType, worker: sync.worker };
  });
  // Without another fact, a device can only be on the only worker.
  const [only, ...others] = workers;
  for (const { name, dictionary, deviceType, worker = others.length === 0 ? only : undefined } of devices) {
    const fields = {
      dictionary,
      ...(deviceType === undefined ? {} : { deviceType }),
      ...(worker === undefined ? {} : { worker }),
    };
    objects.push({ kind: 'device', name, fields });
  }
  for (const name of types) objects.push({ kind: 'device-type', name, fields: {} });
  for (const name of workers)
    objects.push({ kind: 'worker', name, fields: { ...found.everyWorker, ...found.workers.get(name) } });
  return {
    software: 'lava',
    release: '',
    objects: new Map(objects.map((object): [ObjectKey, ConfigurationObject] => [keyOf(object), object])),
    unreadable: [],
    unsupported: new Set(),
    builtIn: new Set(),
  };
}

function syncOf(text: string): SyncFields {
  const { sync } = readTemplateFacts(text);
  if (sync?.type !== 'dict') return {};
  return readSync({ path: '', text, report: new Report(), needsAll: false }, sync, null);
}
