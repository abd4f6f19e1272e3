import type { LabChoices } from './write-config.js';
import { workflowText } from './workflow-text.js';

/** What a lab repo has besides the lab: what git leaves out, what a person reads first, and the workflow. */
export function repositoryFiles(
  choices: Pick<LabChoices, 'lab' | 'installs' | 'reaches'>,
): [string, string][] {
  return [
    [
      '.gitignore',
      '# What lavaflow keeps on this machine\n.lavaflow/\n# Secret halves of key pairs\n*.key_secret\n',
    ],
    ['.github/workflows/lab.yaml', workflowText(choices)],
    ['README.md', readmeText(choices)],
  ];
}

function readmeText({ lab, reaches }: Pick<LabChoices, 'lab' | 'reaches'>): string {
  return `# ${lab}

What this lab is, kept by lavaflow: \`lab-config\` has the lab, its masters and sites,
\`device-types\` and \`device-dictionaries\` the boards, \`workers\` the machines they are connected to.

\`\`\`
lavaflow validate     # every finding, at file:line:column
lavaflow plan         # what an apply would change on a master, and why
lavaflow apply        # do it (it asks)
lavaflow drift        # what somebody changed by hand
\`\`\`

A pull request is validated by \`.github/workflows/lab.yaml\`.${reaches === null ? '' : planned(reaches)}
`;
}

function planned({ secret }: NonNullable<LabChoices['reaches']>): string {
  return ` Once the repository has the variable
\`LAVAFLOW_ENABLED\` with the value \`true\` and the secret \`${secret}\`, and its runners reach the master, a pull request is planned as
well, and what is merged is applied.`;
}
