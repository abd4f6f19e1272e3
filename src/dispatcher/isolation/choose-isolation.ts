import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, UsageError } from '../../diagnostics/index.js';
import { findUsableCgroup, ProgramError, runProgram } from '../../host/index.js';
import {
  firstJobId,
  isOfOneJob,
  isolatedCommand,
  userOfJob,
  type Isolation,
  type JobUser,
} from './isolation.js';

interface IsolationRequest {
  /**
   * The name or the ID of the user that runs jobs. Null: as root, one user for each job; otherwise, the user of the
   * dispatcher.
   */
  readonly jobUser: string | null;
  /** Whether to use namespaces if the machine has them. */
  readonly hasNamespaces: boolean;
  /** The dispatcher's. */
  readonly stateDir: string;
  /** Where simulated boards are registered; null without any. */
  readonly boards: string | null;
  /** Programs that jobs run. */
  readonly files: readonly string[];
}

interface ChosenIsolation {
  readonly isolationOf: (jobId: number) => Isolation;
  /** What separates jobs, in words: `run as a user of their own, in a PID namespace and a cgroup`. */
  readonly summary: string;
  /** What is not separated, and why: sentences for the person who runs the dispatcher. */
  readonly warnings: readonly string[];
}

/** Groups that may use what jobs on boards need. */
const deviceGroups = ['dialout', 'kvm'];
const probeMs = 30_000;
const ownUserRisk =
  'jobs run as the same user as lavaflow. They can read its files, such as the key of the worker and the tokens of a master on this machine';

/**
 * Finds out what can be separated on this machine, by trying it.
 * @throws UsageError when the user cannot be used
 */
export async function chooseIsolation(request: IsolationRequest): Promise<ChosenIsolation> {
  const { userOf, warning } = await chooseUser(request);
  const warnings = warning === null ? [] : [warning];
  const parent = await findUsableCgroup();
  const { namespaces, problem } = await chooseNamespaces(request, userOf(0));
  if (problem !== null && parent === null && !isSeparateUser(userOf(0))) {
    warnings.push(
      `a hidden process can outlive its job: namespaces do not work here (${problem}), and neither do cgroups. Allow user namespaces, or start lavaflow in a systemd unit with Delegate=yes`,
    );
  }
  // Two dispatchers can be in the same group, and run jobs with the same ID of different masters.
  const mark = createHash('sha256').update(request.stateDir).digest('hex').slice(0, 8);
  const isolationOf = (jobId: number): Isolation => ({
    user: userOf(jobId),
    namespaces,
    cgroup: parent === null ? null : join(parent, `lavaflow-job-${mark}-${jobId}`),
  });
  return { isolationOf, summary: summarize(isolationOf(0)), warnings };
}

async function chooseNamespaces(
  { hasNamespaces, files }: IsolationRequest,
  user: JobUser | null,
): Promise<{ readonly namespaces: Isolation['namespaces']; readonly problem: string | null }> {
  if (!hasNamespaces) return { namespaces: null, problem: null };
  const kind = isRoot() ? 'root' : 'user';
  const problem = await tryOut({ user, namespaces: kind }, [], files);
  return { namespaces: problem === null ? kind : null, problem };
}

function isSeparateUser(user: JobUser | null): boolean {
  return user !== null && isOfOneJob(user);
}

function summarize({ user, namespaces, cgroup }: Isolation): string {
  const who =
    user === null ? 'the user of lavaflow' : isOfOneJob(user) ? 'a user of their own' : `user ID ${user.uid}`;
  const places = [
    ...(namespaces === null ? [] : ['a PID namespace']),
    ...(typeof cgroup === 'string' ? ['a cgroup'] : []),
  ];
  return `run as ${who}${places.length === 0 ? '' : `, in ${places.join(' and ')}`}`;
}

interface ChosenUser {
  readonly userOf: (jobId: number) => JobUser | null;
  readonly warning: string | null;
}

async function chooseUser(request: IsolationRequest): Promise<ChosenUser> {
  const { jobUser, stateDir, boards, files } = request;
  const own = (why: string): ChosenUser => ({ userOf: () => null, warning: `${ownUserRisk}${why}` });
  if (!isRoot()) {
    if (jobUser === null) return own('. To give each job a user of its own, start lavaflow as root');
    throw new UsageError(
      'only root can run jobs as another user',
      'Omit --job-user, or start the dispatcher as root.',
    );
  }
  if (jobUser === 'root') return own('');
  const groups = await groupIds(deviceGroups);
  const account = jobUser === null ? null : await accountOf(jobUser);
  const userOf = (jobId: number): JobUser => account ?? userOfJob(jobId, groups);
  const user = userOf(0);
  const jobs = join(stateDir, 'jobs');
  const group = isOfOneJob(user) ? firstJobId : user.gid;
  await mkdir(jobs, { recursive: true, mode: 0o700 });
  for (const directory of [stateDir, jobs]) await letEnter(directory, group);
  if (boards !== null) await shareBoards(boards, group);
  const problem = await tryOut({ user, namespaces: null }, [jobs], files);
  if (problem === null) return { userOf, warning: null };
  const advice = 'Move lavaflow and its state to directories that every user can enter';
  if (jobUser !== null) throw new UsageError(`jobs cannot run as ${jobUser}: ${problem}`, `${advice}.`);
  return own(`. Another user cannot run them here (${problem}). ${advice}`);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function letEnter(directory: string, group: number): Promise<void> {
  await chown(directory, 0, group);
  await chmod(directory, 0o710);
}

/** Jobs connect to simulated boards, whose entries contain a token. */
async function shareBoards(directory: string, group: number): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chown(directory, 0, group);
  // New entries get the group, too.
  await chmod(directory, 0o2750);
  for (const name of await readdir(directory)) {
    await chown(join(directory, name), 0, group);
    await chmod(join(directory, name), 0o640);
  }
}

/** Runs a program as a job would run. @returns why it does not work; null if it does */
async function tryOut(
  isolation: Isolation,
  directories: readonly string[],
  files: readonly string[],
): Promise<string | null> {
  const program = `const { accessSync, constants: { R_OK, X_OK } } = require('node:fs');
try {
  for (const path of ${JSON.stringify(directories)}) accessSync(path, X_OK);
  for (const path of ${JSON.stringify(files)}) accessSync(path, R_OK);
} catch (error) { console.log(error.message); }`;
  const [command, ...args] = isolatedCommand([process.execPath, '-e', program], isolation);
  try {
    const text = await runProgram(command, args, { input: 'go\n', timeoutMs: probeMs, cwd: '/' });
    const problem = text.split('\n').filter((line) => line !== '' && line !== 'ready');
    return problem[0] ?? null;
  } catch (error) {
    if (error instanceof ProgramError) return error.message.split('\n')[0] ?? '';
    return reasonOf(error);
  }
}

async function accountOf(name: string): Promise<JobUser> {
  try {
    const [uid, gid, groups] = await Promise.all(
      ['-u', '-g', '-G'].map((option) => runProgram('id', [option, name], { timeoutMs: probeMs })),
    );
    return {
      uid: Number(uid),
      gid: Number(gid),
      groups: (groups ?? '').trim().split(' ').map(Number),
    };
  } catch {
    throw new UsageError(`there is no user ${name} on this machine`, 'Create it, or specify another one.');
  }
}

async function groupIds(names: readonly string[]): Promise<number[]> {
  const text = await readFile('/etc/group', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name = '', , id = ''] = line.split(':');
    return names.includes(name) && /^\d+$/.test(id) ? [Number(id)] : [];
  });
}
