import type { ObservedMaster, SecretReference } from '../../model/index.js';
import { yamlText, type Draft } from './draft.js';

/** What a user decides about a new lab, or the defaults. */
export interface LabChoices {
  /** The name of the lab for people. */
  readonly lab: string;
  /** The name of the master in the lab. */
  readonly master: string;
  /** The only site. All workers belong to it until somebody separates them. */
  readonly site: string;
  readonly url: string;
  readonly tokenFrom: SecretReference;
  /** Where the workflow installs lavaflow from; null: unknown, so a user must fill it in. */
  readonly installs: { readonly repository: string; readonly commit: string } | null;
  /**
   * For the workflow: the master that it plans and applies, and the secret of the repository that contains its token.
   */
  readonly reaches: { readonly master: string; readonly secret: string } | null;
}

/** Writes lab.yaml, the master and the site. */
export function writeConfig(
  choices: LabChoices,
  overrides: readonly string[],
  observed: Pick<ObservedMaster, 'software' | 'release'>,
  draft: Draft,
): void {
  const { lab, master, site, url, tokenFrom } = choices;
  draft.add('lab-config/lab.yaml', labText(lab, overrides));
  const release = /^\d{4}\.\d{2}(\.\d+)?/.exec(observed.release)?.[0];
  draft.add(
    `lab-config/masters/${master}.yaml`,
    yamlText({
      kind: 'Master',
      url,
      tokenFrom,
      sites: [site],
      release: observed.software === 'lava' ? release : undefined,
    }),
  );
  draft.add(`lab-config/sites/${site}.yaml`, siteText());
}

export function labText(name: string, overrides: readonly string[] = []): string {
  const lab = { kind: 'Lab', name, ...(overrides.length === 0 ? {} : { overrides }) };
  return `${yamlText(lab)}
# Where templates come from that are not in device-types. With LAVA's own named here, what is made of them is checked too:
# deviceTypeSources:
#   - git: https://git.lavasoftware.org/lava/lava.git
#     commit: 0123456789abcdef0123456789abcdef01234567
#     path: etc/dispatcher-config/device-types

policy:
  # What to do about a change that somebody makes on a master by hand:
  # observe (report it), warn (report it and fail), enforce (put the lab's value back).
  mode: warn
  # What becomes of an object that leaves this repository: report (nothing), retire (on the master; never deleted).
  prune: report
`;
}

export function siteText(): string {
  return `kind: Site
# GitHub users (@user) and teams (@organisation/team) that are responsible for the workers and devices here.
owners: []
`;
}
