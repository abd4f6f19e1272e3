// `npm run check`: runs its steps in two parallel lanes, because linting takes as long as all other steps together, and
// prints the output of each step when it ends. Runs all steps even if one fails; then exits with 1.
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
