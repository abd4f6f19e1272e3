import type { LabChoices } from './write-config.js';
import {
  driftWorkflowText,
  forkReviewWorkflowText,
  planWorkflowText,
  reviewWorkflowText,
  workflowText,
} from './workflow-text.js';

/** The files of a lab repo besides the lab itself: .gitignore, README and workflows. */
export function repositoryFiles(
  choices: Pick<LabChoices, 'lab' | 'installs' | 'reaches'>,
): [string, string][] {
  const ofMaster: [string, string | null][] = [
    ['.github/workflows/lab-drift.yaml', driftWorkflowText(choices)],
    ['.github/workflows/lab-plan.yaml', planWorkflowText(choices)],
  ];
  return [
    [
      '.gitignore',
      '# State of lavaflow on this machine\n.lavaflow/\n# Secret halves of key pairs\n*.key_secret\n',
    ],
    ['.github/workflows/lab.yaml', workflowText(choices)],
    ['.github/workflows/lab-review.yaml', reviewWorkflowText(choices)],
    ['.github/workflows/lab-review-fork.yaml', forkReviewWorkflowText(choices)],
    ...ofMaster.filter((file): file is [string, string] => file[1] !== null),
    ['README.md', readmeText(choices)],
  ];
}

function readmeText({ lab, installs, reaches }: Pick<LabChoices, 'lab' | 'installs' | 'reaches'>): string {
  return `# ${lab}

This repository defines a lab for lavaflow: \`lab-config\` contains the lab, its masters and sites, \`device-types\` and
\`device-dictionaries\` the boards, and \`workers\` the machines that they are connected to.

\`\`\`
lavaflow validate     # every finding, at file:line:column
lavaflow plan         # what apply would change on a master, and why
lavaflow apply        # apply the plan (asks first)
lavaflow drift        # what somebody changed by hand
\`\`\`

\`.github/workflows/lab.yaml\` validates pull requests. \`lab-review.yaml\` comments on them: who has to approve them, and what they do.${installs === null ? unknown : ''}${reaches === null ? '' : planned(reaches)}
`;
}

const unknown = ` Specify in their \`env\` where lavaflow is installed from.`;

function planned({ secret }: NonNullable<LabChoices['reaches']>): string {
  return ` To have pull requests from branches of
this repository planned (\`lab-plan.yaml\`), merged changes applied and drift reported once a day (\`lab-drift.yaml\`), set up
access to the master:

- Create the environments \`lab\` and \`lab-plan\`, both limited to the branch \`main\`, each with the secret \`${secret}\`.
- Set the variable \`LAVAFLOW_ENABLED\` to \`true\`.
- Run \`lavaflow records copy --from file --to git:origin\` once in the directory of the import.`;
}
