import { stringify } from 'yaml';
import {
  defaultRelease,
  formatRelease,
  type IgnoreRule,
  type ObservedMaster,
  type SecretReference,
  type UndeclaredPolicy,
} from '../../model/index.js';
import type { SiteChoices } from './assign-sites.js';
import { lavaCommits, lavaRepository, lavaTemplatePath } from './lava-releases.js';
import { yamlText, type Draft } from './draft.js';

/** What a user decides about a new lab, or the defaults. */
export interface LabChoices {
  /** The name of the lab for people. */
  readonly lab: string;
  /** The name of the master in the lab. */
  readonly master: string;
  readonly sites: SiteChoices;
  /** The source of LAVA's own templates; null: the master needs none. */
  readonly templateSource: TemplateSourceChoice | null;
  readonly url: string;
  /** Fields that the lab cannot express and that must stay as they are. Default: none. */
  readonly ignore?: readonly IgnoreRule[];
  /** Default: `default`. */
  readonly undeclared?: UndeclaredPolicy;
  readonly tokenFrom: SecretReference;
  /** Where the workflow installs lavaflow from; null: unknown, so a user must fill it in. */
  readonly installs: { readonly repository: string; readonly commit: string } | null;
  /**
   * For the workflow: the master that it plans and applies, and the secret of the repository that contains its token.
   */
  readonly reaches: { readonly master: string; readonly secret: string } | null;
}

/** A source of templates for lab.yaml. */
export interface TemplateSourceChoice {
  readonly git: string;
  readonly commit: string;
  readonly path: string;
  /** What it contains, as a noun phrase. */
  readonly what: string;
  /** Why it is only a comment in lab.yaml, as a sentence; null: it is in use. */
  readonly whyNot: string | null;
}

/** Writes lab.yaml, the master and the sites. */
export function writeConfig(
  choices: LabChoices,
  sites: readonly string[],
  overrides: readonly string[],
  observed: Pick<ObservedMaster, 'software' | 'release'>,
  draft: Draft,
): void {
  const { lab, master, url, tokenFrom, templateSource, undeclared = 'default', ignore = [] } = choices;
  draft.add('lab-config/lab.yaml', labText(lab, { undeclared, overrides, source: templateSource }));
  const release = /^\d{4}\.\d{2}(\.\d+)?/.exec(observed.release)?.[0];
  draft.add(
    `lab-config/masters/${master}.yaml`,
    yamlText({
      kind: 'Master',
      url,
      tokenFrom,
      sites,
      release: observed.software === 'lava' ? release : undefined,
      ignore: ignore.length === 0 ? undefined : ignore,
    }),
  );
  for (const site of sites) draft.add(`lab-config/sites/${site}.yaml`, siteText());
}

/** A source of templates in the lab itself. */
interface OwnSource {
  readonly directory: string;
  readonly what: string;
}

export function labText(
  name: string,
  of: {
    readonly undeclared: UndeclaredPolicy;
    readonly overrides?: readonly string[];
    readonly source?: TemplateSourceChoice | OwnSource | null;
  },
): string {
  const { undeclared, overrides = [], source = null } = of;
  const lab = { kind: 'Lab', name, ...(overrides.length === 0 ? {} : { overrides }) };
  return `${yamlText(lab)}
${sourcesText(source)}policy:
  # What to do about a change that somebody makes on a master by hand:
  # observe (report it), warn (report it and fail), enforce (put the lab's value back).
  mode: warn
  # What becomes of an object that leaves this repository: report (nothing), retire (on the master; never deleted).
  prune: report
  # What it means that no file declares a field: default (it has LAVA's default, and anything else is drift),
  # unmanaged (lavaflow leaves it alone). Access that lavaflow granted is revoked either way.
  undeclared: ${undeclared}
`;
}

/** Either in use, or as a comment that somebody can put into use. */
function sourcesText(source: TemplateSourceChoice | OwnSource | null): string {
  if (source !== null && 'directory' in source) {
    const { directory, what } = source;
    return `# ${what}. ${inUse}\n${entryOf({ directory })}`;
  }
  const { git, commit, path, what, whyNot } = source ?? exampleSource;
  const entry = entryOf({ git, commit, path });
  if (whyNot === null) return `# ${what}. ${inUse}\n${entry}`;
  return `# ${what}, with which \`validate\` could render every device.\n# ${whyNot}\n${entry.replace(/^/gm, '# ').trimEnd().replace(/\n# $/, '')}\n`;
}

const inUse = '`validate` renders every device with them, as the master does.';

function entryOf(source: Readonly<Record<string, string>>): string {
  return stringify({ deviceTypeSources: [source] }, { lineWidth: 0 });
}

const exampleSource: TemplateSourceChoice = {
  git: lavaRepository,
  commit: lavaCommits[formatRelease(defaultRelease)] ?? '',
  path: lavaTemplatePath,
  what: `LAVA's own templates at release ${formatRelease(defaultRelease)}`,
  whyNot: 'To use them, remove the comment marks.',
};

export function siteText(): string {
  return `kind: Site
# GitHub users (@user) and teams (@organisation/team) that are responsible for the workers and devices here.
owners: []
`;
}
