/**
 * A program that follows the executor's contract without a board. Its job.yaml is JSON:
 * - `lines`: number of log lines; `everyMs`: delay between them, by default none;
 * - `leaveChildren`: starts processes that do not end, one of them in its own session, and prints their PIDs;
 * - `then`: `complete` (default), `hang`, `ignore-term` (hangs and ignores SIGTERM), `die` (without a result).
 */
export const standInExecutor = `
import { spawn } from 'node:child_process';
import fs from 'node:fs';
const dir = process.argv[process.argv.indexOf('--dir') + 1];
const job = JSON.parse(fs.readFileSync(dir + '/job.yaml', 'utf8'));
const out = fs.openSync(dir + '/output.yaml', 'a');
const entry = (lvl, msg) => JSON.stringify({ dt: new Date().toISOString().slice(0, -1), lvl, msg }) + '\\n';
const say = (lvl, msg) => fs.writeSync(out, entry(lvl, msg));
function end(result, extra) {
  const verdict = { definition: 'lava', case: 'job', result, ...extra };
  say('results', verdict);
  fs.writeFileSync(dir + '/description.yaml', 'job: {}\\n');
  fs.writeFileSync(dir + '/result.tmp', JSON.stringify(verdict));
  fs.renameSync(dir + '/result.tmp', dir + '/result.yaml');
  process.exit(result === 'pass' ? 0 : 1);
}
process.on('SIGTERM', () => {
  if (job.then !== 'ignore-term') end('fail', { error_type: 'Canceled', error_msg: 'cancelled' });
});
if (job.leaveChildren) {
  const group = spawn('sleep', ['1000'], { stdio: 'ignore' });
  const session = spawn('sleep', ['1001'], { stdio: 'ignore', detached: true });
  say('info', 'children ' + process.pid + ' ' + group.pid + ' ' + session.pid);
}
if (job.showVariable) say('info', job.showVariable + '=' + process.env[job.showVariable]);
let buffer = '';
for (let i = 0; i < (job.lines ?? 0); i += 1) {
  if (job.everyMs) {
    await new Promise((resolve) => setTimeout(resolve, job.everyMs));
    say('info', 'line ' + i);
  } else {
    buffer += entry('info', 'line ' + i);
    if (buffer.length > 65536) { fs.writeSync(out, buffer); buffer = ''; }
  }
}
fs.writeSync(out, buffer);
process.stderr.write(job.errors ?? '');
if (job.then === 'die') { fs.writeSync(out, '{"dt": "half a l'); process.kill(process.pid, 'SIGKILL'); }
if (job.then === 'hang' || job.then === 'ignore-term') setInterval(() => {}, 1000);
else end('pass');
`;
