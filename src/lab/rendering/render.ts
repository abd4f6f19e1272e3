import type { Environment } from '../../jinja/index.js';
import type { ReleaseNumber } from '../../model/index.js';
import { attempt, fileNameOf, type Chain, type ChainFacts, type Namespace } from '../../templates/index.js';
import type { LabDevice } from '../devices/read-dictionaries.js';
import type { TextFile } from '../files/read-files.js';
import type { LabTree } from '../files/tree.js';
import type { Claim } from '../hardware/claim.js';
import type { KeptRendering } from '../kept.js';
import type { LabMemory } from '../memory.js';
import type { Report } from '../report.js';
import { createEnvironments } from './environments.js';
import { isReadable } from './readable.js';
import { createCheckers, renderForAll } from './render-for-all.js';
import type { RenderWork } from './render-work.js';
import type { Failure } from './find-failed-set.js';
import { reportFailure, reportFailures } from './report-failures.js';
import type { DeviceProblem } from './device-problem.js';
import { reportProblems } from './report-problems.js';
import { reportUndefined, type UndefinedPrint } from './report-undefined.js';

export interface Rendered {
  /** How many dictionaries were rendered. */
  readonly count: number;
  /** The hardware that configurations name, by hostname. */
  readonly claims: ReadonlyMap<string, readonly Claim[]>;
}

/** For all dictionaries of a lab together. Ten thousand ordinary ones need a few seconds. */
const totalTimeMs = 60_000;
/** A few milliseconds. */
const renderedPerStep = 10;

/**
 * Parses every template, and renders every dictionary whose parts are all available, unless its result is known. The
 * other dictionaries are only parsed, because LAVA silently accepts one that does not parse.
 */
export function* reportRendering(
  work: RenderWork,
  facts: ChainFacts,
  report: Report,
): Generator<undefined, Rendered> {
  const { tree, namespace, devices, chains, memory, releases } = work;
  const environmentOf = createEnvironments(namespace, releases.noteOn);
  const checkerOf = createCheckers();
  const parser = { environment: environmentOf(releases.newest), release: releases.newest };
  for (const [name, file] of tree.templates) parse(parser, name, file, memory, report);
  const failures: Failure[] = [];
  const good: Chain[] = [];
  const printed: UndefinedPrint[] = [];
  const problems: DeviceProblem[] = [];
  const own = ownFilesOf(tree);
  let rendered = 0;
  const claims = new Map<string, readonly Claim[]>();
  const end = performance.now() + totalTimeMs;
  for (const [name, { path, text }] of tree.dictionaries) {
    const chain = chains.get(path);
    if (chain === undefined || chain.isPartial || !isReadable(chain.files, report)) {
      parse(parser, name, { path, text }, memory, report);
      continue;
    }
    const device = devices.get(name);
    const wanted = { deviceType: deviceTypeOf(device), releases: releases.of(device) };
    const known = knownRendering(path, wanted, work);
    if (known === undefined && performance.now() > end) {
      const message = `rendering all dictionaries took longer than ${totalTimeMs / 1000} seconds, so this one was not rendered`;
      report.error('template-limit', { file: path }, message, 'Look for dictionaries with large loops.');
      continue;
    }
    good.push(chain);
    const outcome = attempt(() => {
      const rendering = known ?? renderForAll(name, wanted, { environmentOf, checkerOf, namespace, own });
      if (known === undefined) memory.renderings.keep(path, rendering);
      claims.set(name, rendering.claims);
      for (const use of rendering.undefinedUses) printed.push({ device: name, file: path, chain, use });
      for (const problem of rendering.problems) {
        problems.push({ device: name, file: path, deviceType: wanted.deviceType, chain, problem });
      }
    });
    if (!outcome.ok)
      failures.push({ device: name, file: path, text: text ?? '', chain, ...wanted, error: outcome.error });
    if (known !== undefined) continue;
    rendered++;
    if (rendered % renderedPerStep === 0) yield;
  }
  const input = { namespace, own, facts, environmentOf };
  reportFailures(failures, good, input, report);
  reportProblems(problems, input, report);
  reportUndefined(printed, facts, report);
  return { count: rendered, claims };
}

/** Renders nothing. Of the dictionaries that an earlier load rendered, the hardware is known. */
export function knownRenderings(work: RenderWork): Rendered {
  const claims = new Map<string, readonly Claim[]>();
  for (const [name, { path }] of work.tree.dictionaries) {
    const device = work.devices.get(name);
    const wanted = { deviceType: deviceTypeOf(device), releases: work.releases.of(device) };
    const known = knownRendering(path, wanted, work);
    if (known !== undefined) claims.set(name, known.claims);
  }
  return { count: 0, claims };
}

/** A syntax error was reported, or the file takes too long to parse. */
const unparsable = ['template-syntax', 'template-limit'] as const;

function parse(
  { environment, release }: { readonly environment: Environment; readonly release: ReleaseNumber },
  name: string,
  { path, text }: Pick<TextFile, 'path' | 'text'>,
  memory: LabMemory,
  report: Report,
): void {
  if (text === null || unparsable.some((code) => report.hasError(path, code))) return;
  const parses = { text, release };
  if (memory.parsed.find(path, (kept) => kept.text === text && kept.release === release) !== undefined)
    return;
  if (memory.proven.parses(path, text, release)) {
    memory.parsed.keep(path, parses);
    return;
  }
  const parsed = attempt(() => environment.parse(fileNameOf(name)));
  if (parsed.ok) memory.parsed.keep(path, parses);
  else reportFailure(parsed.error, { blames: [path], text }, report);
}

/** Files that can be fixed in the lab. LAVA's own templates are not among them. */
function ownFilesOf({ templates, dictionaries }: LabTree): ReadonlySet<string> {
  return new Set([...templates.values(), ...dictionaries.values()].map(({ path }) => path));
}

/** The inputs of a rendering besides the dictionary and its templates. */
type Wanted = Pick<KeptRendering, 'deviceType' | 'releases'>;

function isCurrent(
  { parts, deviceType, releases }: KeptRendering,
  wanted: Wanted,
  namespace: Namespace,
): boolean {
  if (deviceType !== wanted.deviceType || String(releases) !== String(wanted.releases)) return false;
  return parts.every(({ name, template }) => {
    const now = namespace.get(name);
    return now?.text === template?.text && now?.path === template?.path;
  });
}

function knownRendering(
  path: string,
  wanted: Wanted,
  { namespace, memory }: RenderWork,
): KeptRendering | undefined {
  const kept = memory.renderings.find(path, (one) => isCurrent(one, wanted, namespace));
  if (kept !== undefined) return kept;
  const proven = memory.proven.rendering(path, wanted, namespace);
  if (proven !== undefined) memory.renderings.keep(path, proven);
  return proven;
}

/**
 * The type that the lab specifies, else the name of the template that the dictionary extends. Usually they are the
 * same.
 */
export function deviceTypeOf(device: LabDevice | undefined): string | null {
  return device?.deviceType ?? device?.template ?? null;
}
