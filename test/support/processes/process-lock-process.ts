import { takeProcessLock } from '../../../src/host/index.js';

/** Waits for a line, tries to acquire the lock, prints `held` or the PID of the holder, and runs until it is killed. */
const [base = ''] = process.argv.slice(2);
process.stdin.once('data', () => {
  void takeProcessLock(base).then((taken) => {
    process.stdout.write(`${'lock' in taken ? 'held' : taken.holder.pid}\n`);
  });
});
process.stdout.write('waiting\n');
