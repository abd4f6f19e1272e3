/**
 * What separates a job from the machine that runs it (docs/decisions/0022-what-a-job-may-use.md):
 * - a user of its own, so that it cannot read what the dispatcher, the master and other jobs store;
 * - namespaces of its own for processes and mounts, so that whatever it starts ends with it, and it sees no other process;
 * - a control group of its own, so that whatever it starts ends with it also without namespaces.
 */
import { commandInCgroup } from '../../host/index.js';

export interface JobUser {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

export interface Isolation {
  /** Null: jobs run as the user of the dispatcher. */
  readonly user: JobUser | null;
  /** `user`: within a user namespace, which needs no privileges. Null: none. */
  readonly namespaces: 'root' | 'user' | null;
  /** The directory of the job's control group; null without one, missing in records of older versions. */
  readonly cgroup?: string | null;
}

/** Nothing is separated. */
export const noIsolation: Isolation = { user: null, namespaces: null, cgroup: null };

/**
 * User IDs of jobs are this number plus the ID of the job. systemd lists the range from here to 2^31 as unused, and
 * useradd and subordinate IDs stay far below it. As a group ID, the number itself is the group of all jobs.
 */
export const firstJobId = 1_900_000_000;
const jobUsers = 100_000_000;

/** The user of one job, if each has its own. @param groups further groups, such as that of serial ports */
export function userOfJob(jobId: number, groups: readonly number[]): JobUser {
  const id = firstJobId + 1 + (jobId % jobUsers);
  return { uid: id, gid: id, groups: [firstJobId, ...groups] };
}

/** Whether no other job has this user at the same time. */
export function isOfOneJob({ uid }: JobUser): boolean {
  return uid > firstJobId && uid <= firstJobId + jobUsers;
}

/** The process reports on this file descriptor that it waits. */
const readyDescriptor = 3;

/** Becomes the command once it has read a line. If the line never comes, `read` fails and nothing runs. */
const waitForLine = 'read -r go && exec "$@" </dev/null';

/**
 * The first process of the namespaces: when it ends, the kernel kills all others in them. It collects the exit status of
 * processes that lost their parent, and ends with that of the command. It runs as the dispatcher's user, so that a job cannot kill it.
 */
const first = `exec 4<&0; "$@" <&4 4<&- & exec ${readyDescriptor}>&- 4<&-; wait $!`;
const reportAndWait = `{ echo ready >&${readyDescriptor}; } 2>/dev/null; exec ${readyDescriptor}>&-; ${waitForLine}`;

/** A command line that waits for a line on standard input, and then runs `command` separated from the rest of the machine. */
export function isolatedCommand(
  command: readonly string[],
  isolation: Isolation,
): readonly [string, ...string[]] {
  const { cgroup } = isolation;
  const separated = separatedCommand(command, isolation);
  return typeof cgroup === 'string' ? commandInCgroup(cgroup, separated) : separated;
}

function separatedCommand(
  command: readonly string[],
  { user, namespaces }: Isolation,
): readonly [string, ...string[]] {
  const asUser = user === null ? command : [...setpriv(user), ...command];
  if (namespaces === null) return ['/bin/sh', '-c', waitForLine, 'sh', ...asUser];
  const unshare = [
    ...(namespaces === 'user' ? ['--user', '--map-current-user'] : []),
    ...['--pid', '--fork', '--kill-child=KILL', '--mount-proc', '--propagation=slave', '--'],
  ];
  // A session of its own makes the executor the leader of a process group, as it is without namespaces.
  const held = ['setsid', '/bin/sh', '-c', reportAndWait, 'sh', ...asUser];
  return ['unshare', ...unshare, '/bin/sh', '-c', first, 'sh', ...held];
}

function setpriv({ uid, gid, groups }: JobUser): string[] {
  const others = groups.length === 0 ? '--clear-groups' : `--groups=${groups.join(',')}`;
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, others, '--'];
}
