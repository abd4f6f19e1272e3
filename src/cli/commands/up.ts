import type { Command } from 'commander';

import { labFeedback } from '../feedback.js';
import { addLabOption, type LabOptions } from '../options/lab.js';
import { print, printError } from '../output.js';
import { StatusPrinter } from '../print/status-printer.js';
import { describeUp } from '../print/up.js';

interface Options extends Pick<LabOptions, 'lab'> {
  readonly listen: string;
  readonly control: string;
  readonly logs: string;
}

export function registerUp(program: Command): void {
  const command = program
    .command('up')
    .description(
      'run everything on this machine: embedded master, simulated boards, a dispatcher and a controller',
    );
  addLabOption(command)
    .option('--listen <HOST:PORT>', "where the master's API listens", '127.0.0.1:8020')
    .option('--control <HOST:PORT>', 'where dispatchers connect', '127.0.0.1:5556')
    .option('--logs <HOST:PORT>', 'where job logs arrive', '127.0.0.1:5555')
    .action(runUp);
}

async function runUp(options: Options): Promise<void> {
  const stopAsked = waitForSignal();
  const printer = new StatusPrinter();
  const { up } = await import('../../app/up/index.js');
  await up(
    { ...options, stopAsked },
    {
      ...labFeedback,
      onStatus: (status) => {
        printer.print(status);
      },
      onReady: (summary) => {
        print(describeUp(summary));
      },
      onCrash: (part, how, delayMs) => {
        printError(`warning: the ${part} ${how}; it is started again in ${delayMs / 1000} s`);
      },
      onRecovery: (part) => {
        printError(`the ${part} runs again`);
      },
      onStopping: () => {
        printError('stopping');
      },
    },
  );
}

/** Resolves at the first signal that requests a stop; later ones are ignored. */
function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        resolve();
      });
    }
  });
}
