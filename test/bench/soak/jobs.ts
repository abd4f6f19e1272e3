import type { JobPlan } from './plan.js';

/** The definition of a planned job. */
export function definitionOf(plan: JobPlan): string {
  return `job_name: soak ${plan.number} ${plan.kind}
device_type: lavaflow-board
visibility: public
timeouts: {job: {seconds: ${plan.kind === 'timeout' ? 15 : 240}}, action: {seconds: 200}, connection: {seconds: 60}}
actions:
  - boot:
      method: u-boot
      commands: onboard
      ${plan.kind === 'fail' ? 'timeout: {seconds: 6}' : ''}
      auto_login: {login_prompt: '${plan.kind === 'fail' ? 'never' : 'board login:'}', username: root}
      prompts: ['root@board:.*# ']
  - test:
${plan.kind === 'unsupported' ? '      docker: {image: debian}\n' : ''}      timeout: {seconds: 200}
      definitions:
        - from: inline
          name: ticks
          path: inline/ticks.yaml
          repository:
            metadata: {format: Lava-Test Test Definition 1.0, name: ticks, description: Ticks}
            run:
              steps:
${stepsOf(plan).join('\n')}
`;
}

function stepsOf({ kind, ticks }: JobPlan): string[] {
  const lines = Array.from({ length: ticks }, (_item, index) => `echo tick ${index + 1} of ${ticks}`);
  if (kind !== 'long') return lines.flatMap((line) => [step(line), step('sleep 0.4')]).concat(last);
  // Many lines with few prompts.
  const blocks = Array.from({ length: Math.ceil(ticks / 20) }, (_item, index) =>
    step(lines.slice(index * 20, index * 20 + 20).join('; ')),
  );
  return [...blocks, step('dmesg'), ...last];
}

const last = [step('lava-test-case last --result pass')];

function step(text: string): string {
  return `                - ${text}`;
}
