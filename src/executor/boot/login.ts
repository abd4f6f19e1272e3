import { JobFailure } from '../failure.js';
import type { AutoLogin, BootBlock, DeviceConfiguration } from '../../job/index.js';
import type { Action, ActionRun } from '../pipeline/action.js';
import type { Regex } from '../../regex/index.js';
import { compilePattern } from '../pattern.js';
import { watchKernel } from './kernel-messages.js';
import { devicePatterns, plainPattern, textList } from './patterns.js';
import { sessionOf } from './session-of.js';
import { textConstant } from '../device-constant.js';

const loginIncorrect = plainPattern('Login incorrect');
const loginTimedOut = plainPattern('Login timed out');

/** Waits for the kernel and the system to start, and logs in if the job specifies how. */
export function autoLogin(block: BootBlock, prompts: readonly string[], device: DeviceConfiguration): Action {
  return {
    name: 'auto-login-action',
    summary: 'wait for the system to start, and log in',
    retries: { maxTries: 1 },
    before: (run) => waitForKernel(run, block, device),
    steps: [
      {
        name: 'login-action',
        summary: 'log in',
        run: (run) =>
          logIn(
            run,
            block,
            prompts.map((prompt) => compilePattern(prompt)),
          ),
      },
    ],
  };
}

async function waitForKernel(run: ActionRun, block: BootBlock, device: DeviceConfiguration): Promise<void> {
  const start = block.kernelStartMessage ?? textConstant(device, 'kernel-start-message');
  if (start === '') return;
  const errors = textList(device.constant('error-messages', block.method.name));
  const patterns = devicePatterns([start, ...errors], 'the message');
  const found = await sessionOf(run.data).expect(patterns, { scope: run.scope });
  if (found.index > 0) {
    throw new JobFailure('Infrastructure', `the bootloader printed '${found.match.text.trim()}'`);
  }
}

async function logIn(run: ActionRun, block: BootBlock, prompts: readonly Regex[]): Promise<void> {
  const session = sessionOf(run.data);
  const { autoLogin: login } = block;
  const failure = block.failureMessage === undefined ? undefined : compilePattern(block.failureMessage);
  const asksLogin =
    login === undefined
      ? [loginTimedOut, loginIncorrect]
      : [compilePattern(login.loginPrompt), loginIncorrect];
  const boot = await watchKernel(run, session, [...prompts, ...asksLogin], failure);
  if (boot.messages.length > 0) {
    run.job.log.warning('the kernel printed warnings or errors');
    run.report({ fail: boot.messages });
  } else {
    run.report({ success: 'no kernel warnings or errors' });
  }
  if (login !== undefined) {
    await giveCredentials(run, login, prompts);
  } else if (boot.index !== undefined && boot.index >= prompts.length) {
    throw new JobFailure('Job', 'the system prompts for a login, but the job has no auto_login');
  }
}

async function giveCredentials(run: ActionRun, login: AutoLogin, prompts: readonly Regex[]): Promise<void> {
  const session = sessionOf(run.data);
  const { scope, planned } = run;
  await session.sendLine(login.username, planned.characterDelayMs, scope);
  if (login.password !== undefined) {
    const asks = compilePattern(login.password.prompt);
    const found = await session.expect([...prompts, asks, loginTimedOut], { scope });
    if (found.index > prompts.length) {
      throw new JobFailure('Job', `the password prompt '${login.password.prompt}' did not appear in time`);
    }
    await session.sendLine(login.password.text, planned.characterDelayMs, scope);
  }
  const found = await session.expect([...prompts, loginIncorrect, loginTimedOut], { scope });
  if (found.index >= prompts.length) {
    throw new JobFailure('Job', `cannot log in as ${login.username}: ${found.match.text}`);
  }
  for (const command of login.commands) {
    await session.sendLine(command, planned.characterDelayMs, scope);
    await session.expect(prompts, { scope, limitMs: planned.connectionTimeoutMs });
  }
}
