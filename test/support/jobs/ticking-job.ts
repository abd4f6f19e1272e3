import type { JobsClient } from '../../../src/lava/index.js';
import { boards } from '../cli/lab-processes.js';
import { until } from '../until.js';

/** A job for a simulated board that writes `tick 1`, `tick 2`, ... twice per second. */
export function tickingJob(ticks: number): string {
  const steps = Array.from({ length: ticks }, (_item, index) => [
    `                - echo tick ${index + 1} of ${ticks}`,
    '                - sleep 0.5',
  ]);
  return `job_name: Ticks
device_type: lavaflow-board
visibility: public
timeouts: {job: {minutes: 5}, action: {minutes: 2}, connection: {minutes: 1}}
actions:
  - boot:
      method: u-boot
      commands: onboard
      auto_login: {login_prompt: 'board login:', username: root}
      prompts: ['root@board:.*# ']
  - test:
      timeout: {minutes: 2}
      definitions:
        - from: inline
          name: ticks
          path: inline/ticks.yaml
          repository:
            metadata: {format: Lava-Test Test Definition 1.0, name: ticks, description: Ticks}
            run:
              steps:
${steps.flat().join('\n')}
                - lava-test-case last --result pass
`;
}

export async function untilBoardsAreGood(client: JobsClient): Promise<void> {
  await until('the health checks of the boards have passed', async () => {
    const devices = await client.devices();
    return boards.every((board) =>
      devices.some(({ name, health, state }) => name === board && health === 'Good' && state === 'Idle'),
    );
  });
}
