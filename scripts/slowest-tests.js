// Prints the slowest test files and tests of a run: `LAVAFLOW_TEST_REPORT=FILE npm test`, then
// `node scripts/slowest-tests.js FILE [COUNT]`. `cpu` is processor time, including processes that the file started and waited for.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const [file, count = '30'] = process.argv.slice(2);
const limit = Number(count);
const report = JSON.parse(readFileSync(file, 'utf8'));
const cpuLines = existsSync(`${file}.cpu`) ? readFileSync(`${file}.cpu`, 'utf8').trim().split('\n') : [];
const cpu = new Map(cpuLines.map((line) => [line.slice(line.indexOf(' ') + 1), Number.parseFloat(line)]));

const nameOf = ({ name }) => relative(process.cwd(), name);
const files = report.testResults.map((result) => ({
  name: nameOf(result),
  // The sum of the tests; excludes waiting for the stock LAVA in a hook.
  seconds: result.assertionResults.reduce((sum, { duration }) => sum + (duration ?? 0), 0) / 1000,
  span: (result.endTime - result.startTime) / 1000,
  cpu: cpu.get(nameOf(result)) ?? NaN,
  tests: result.assertionResults.length,
}));
const total = (field) => files.reduce((sum, one) => sum + (one[field] || 0), 0);
const figure = (value) => (Number.isNaN(value) ? '-' : value.toFixed(1)).padStart(8);
console.log(
  `${'cpu s'.padStart(8)}${'tests s'.padStart(8)}${'span s'.padStart(8)}${'tests'.padStart(7)}  file`,
);
console.log(
  `${figure(total('cpu'))}${figure(total('seconds'))}${figure(total('span'))}${String(total('tests')).padStart(7)}  all`,
);
const byCost = files.sort((a, b) => (b.cpu || b.seconds) - (a.cpu || a.seconds));
for (const one of byCost.slice(0, limit))
  console.log(
    `${figure(one.cpu)}${figure(one.seconds)}${figure(one.span)}${String(one.tests).padStart(7)}  ${one.name}`,
  );

console.log(`\n${'test s'.padStart(8)}  test`);
const tests = report.testResults
  .flatMap((result) => result.assertionResults.map((test) => ({ ...test, file: nameOf(result) })))
  .sort((a, b) => (b.duration ?? 0) - (a.duration ?? 0));
for (const { duration = 0, file: where, fullName } of tests.slice(0, limit))
  console.log(`${figure(duration / 1000)}  ${where}: ${fullName}`);
