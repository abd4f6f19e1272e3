/** Jobs for the simulated board. */
const head = `job_name: test
device_type: lavaflow-board
visibility: public
timeouts: {job: {minutes: 3}, action: {minutes: 1}, connection: {seconds: 30}}
actions:
`;

export const uBoot = `- boot:
    method: u-boot
    commands: [setenv bootargs console=ttyS0, boot]
    auto_login: {login_prompt: "board login:", username: root}
    prompts: ["root@board:.*# "]
`;

export const minimal = `- boot:
    method: minimal
    auto_login: {login_prompt: "board login:", username: root, login_commands: ["cd /tmp"]}
    prompts: ["root@board:.*# "]
`;

export const interactive = `- test:
    interactive:
    - name: one
      prompts: ["root@board:.*# "]
      script:
      - {command: "echo a", name: echo}
      - {command: "uname -r", name: release, successes: [{message: "6.6.(?P<patch>[0-9]+)"}]}
      - {command: "echo patch-{patch}", name: filled, successes: [{message: "patch-30"}]}
      - {command: "nope", name: missing, successes: [{message: "never"}], failures: [{message: "not found"}]}
    - name: two
      prompts: ["root@board:.*# "]
      echo: discard
      script:
      - {command: "echo b", name: second}
      - {delay: 1}
      - {command: "echo failure", failures: [{message: "failure"}]}
`;

export function boardJob(...blocks: readonly string[]): string {
  return head + blocks.join('');
}

/** An interactive test with one command. */
export function oneCommand(command: string, more = ''): string {
  return `- test:
    ${more}
    interactive:
    - {name: one, prompts: ["root@board:.*# "], script: [{command: ${JSON.stringify(command)}, name: only}]}
`;
}

export function definition(name: string, steps: readonly string[]): string {
  const list = steps.map((step) => `              - ${JSON.stringify(step)}\n`).join('');
  return `      - from: inline
        name: ${name}
        path: inline/${name}.yaml
        repository:
          metadata: {format: Lava-Test Test Definition 1.0, name: ${name}, description: test}
          run:
            steps:
${list}`;
}

export function definitions(...items: readonly string[]): string {
  return `- test:\n    definitions:\n${items.join('')}`;
}
