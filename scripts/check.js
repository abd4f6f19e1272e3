// `npm run check`: runs its steps two at a time, because linting takes as long as all others, and prints what each said
// when it has ended. Runs all of them whatever fails; exits 1 when one did.
import { spawn } from 'node:child_process';

const lanes = [['lint'], ['format:check', 'types', 'architecture', 'unused', 'generated']];
const started = performance.now();

/** @param {string} step an npm script */
function run(step) {
  const begin = performance.now();
  const child = spawn('npm', ['run', '--silent', step], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => {
      output += String(error);
      resolve(false);
    });
    child.once('close', (code) => {
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? 'passed' : 'FAILED'} ${step} (${seconds} s)\n${output}`);
      resolve(code === 0);
    });
  });
}

/** @param {readonly string[]} steps */
async function runInTurn(steps) {
  const passed = [];
  for (const step of steps) passed.push(await run(step));
  return passed;
}

const passed = (await Promise.all(lanes.map(runInTurn))).flat();
console.log(`check took ${((performance.now() - started) / 1000).toFixed(1)} s`);
process.exitCode = passed.every(Boolean) ? 0 : 1;
