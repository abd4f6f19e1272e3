import type { LabChoices } from './write-config.js';
import { planWorkflowText, workflowText } from './workflow-text.js';

/** What a lab repo has besides the lab: what git leaves out, what a person reads first, and the workflow. */
export function repositoryFiles(
  choices: Pick<LabChoices, 'lab' | 'installs' | 'reaches'>,
): [string, string][] {
  const plan = planWorkflowText(choices);
  return [
    [
      '.gitignore',
      '# What lavaflow keeps on this machine\n.lavaflow/\n# Secret halves of key pairs\n*.key_secret\n',
    ],
    ['.github/workflows/lab.yaml', workflowText(choices)],
    ...(plan === null ? [] : [['.github/workflows/lab-plan.yaml', plan] satisfies [string, string]]),
    ['README.md', readmeText(choices)],
  ];
}

function readmeText({ lab, installs, reaches }: Pick<LabChoices, 'lab' | 'installs' | 'reaches'>): string {
  return `# ${lab}

What this lab is, kept by lavaflow: \`lab-config\` has the lab, its masters and sites,
\`device-types\` and \`device-dictionaries\` the boards, \`workers\` the machines they are connected to.

\`\`\`
lavaflow validate     # every finding, at file:line:column
lavaflow plan         # what an apply would change on a master, and why
lavaflow apply        # do it (it asks)
lavaflow drift        # what somebody changed by hand
\`\`\`

A pull request is validated by \`.github/workflows/lab.yaml\`.${installs === null ? unknown : ''}${reaches === null ? '' : planned(reaches)}
`;
}

const unknown = ` Say in its \`env\` where lavaflow comes from.`;

function planned({ secret }: NonNullable<LabChoices['reaches']>): string {
  return ` Once it has been told how to reach
the master, a pull request from a branch of this repository is planned as well (\`lab-plan.yaml\`), and what is merged is applied:

- environments \`lab\` and \`lab-plan\`, both limited to the branch \`main\`, each with the secret \`${secret}\`;
- the variable \`LAVAFLOW_ENABLED\` with the value \`true\`;
- once, from the directory of the import: \`lavaflow records copy --from file --to git:origin\`.`;
}
