import { describeLeftOut, type ImportedRepository } from '../../app/new-lab/index.js';
import { printable } from '../../diagnostics/index.js';
import { shellWord } from './shell-word.js';

const nouns = {
  device: 'devices',
  'device-type': 'device types',
  template: 'templates',
  'health-check': 'health checks',
  worker: 'workers',
  group: 'groups',
} as const;

const mostPlaces = 20;

/** Describes an import for people: what was imported, what was left out and why, and what to do next. */
export function describeImport(outcome: ImportedRepository): string {
  const { imported, made, url, recordsLater, templateProblem } = outcome;
  const { software, counts, leftOut, unsureTemplates, remarks } = imported;
  const release = `${software === 'lava' ? 'LAVA' : software} ${imported.release}`;
  const kinds = Object.keys(nouns) as (keyof typeof nouns)[];
  const lines = [
    `imported ${release} at ${url} into ${made.directory}`,
    `  ${kinds.map((kind) => `${nouns[kind]}: ${counts[kind]}`).join(', ')}`,
    `  sites: ${imported.sites.names.map(printable).join(', ')}`,
    ...describeSource(imported.templateSource, templateProblem),
    ...remarks.map((remark) => `  ${printable(remark)}`),
  ];
  if (unsureTemplates.length > 0) {
    lines.push(
      `not imported, because ${release} does not report whether these templates are its own (--all-templates imports them):`,
      `  ${printable(listNames(unsureTemplates))}`,
    );
  }
  if (leftOut.length > 0) {
    lines.push(
      'not imported, and not managed on the master:',
      ...describeLeftOut(leftOut).map((line) => `  ${line}`),
    );
  }
  lines.push(...describeSecrets(imported.likelySecrets));
  if (recordsLater !== null) {
    const copy = `lavaflow records copy --from file --to ${recordsLater}`;
    lines.push(
      `records are stored in a file, because a new repository has no remotes; when it has one, run: ${copy}`,
    );
  }
  lines.push(`next: cd ${shellWord(made.directory)} && lavaflow plan`);
  return lines.join('\n');
}

/** On a release whose templates are not known, this may be most of those that LAVA ships. */
function listNames(names: readonly string[]): string {
  const more = names.length - mostPlaces;
  const shown = names.slice(0, mostPlaces).join(', ');
  return more > 0 ? `${shown} and ${more} more (--format json lists all)` : shown;
}

function describeSource(
  source: ImportedRepository['imported']['templateSource'],
  problem: string | null,
): string[] {
  if (source === null) return [];
  const { what, git, commit, whyNot } = source;
  if (whyNot === null) return [`  ${what}: ${printable(git)} at ${commit}`];
  return [
    `  validate does not render devices whose templates LAVA ships: ${what} are only a comment in lab-config/lab.yaml.`,
    `  ${printable(whyNot)} (${printable(problem ?? git)})`,
  ];
}

/** Human-readable lines: where a new lab may contain secrets. */
export function describeSecrets(secrets: ImportedRepository['imported']['likelySecrets']): string[] {
  if (secrets.length === 0) return [];
  const places = secrets.slice(0, mostPlaces).map(({ path, line }) => `  ${printable(path)}:${line}`);
  const more = secrets.length - places.length;
  return [
    'these lines may contain secrets; check them before you push the lab anywhere:',
    ...places,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

export function importToJson({ imported, made }: ImportedRepository): object {
  const { software, release, counts, leftOut, unsureTemplates, likelySecrets, remarks } = imported;
  const { templateSource } = imported;
  const sites = imported.sites.names;
  const { directory, revision } = made;
  return {
    ...{ directory, revision, software, release, counts, sites, templateSource },
    ...{ leftOut, unsureTemplates, likelySecrets, remarks },
  };
}
