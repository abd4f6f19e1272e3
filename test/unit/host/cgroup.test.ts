import { expect, it } from 'vitest';
import { cgroupDirectory } from '../../../src/host/index.js';

const v1 = '30 25 0:27 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory';
const mounts = (root: string, point: string) =>
  `${v1}\n42 25 0:39 ${root} ${point} rw,nosuid shared:7 master:3 - cgroup2 cgroup2 rw,nsdelegate\n`;

it.each([
  ['a machine with version 2', mounts('/', '/sys/fs/cgroup'), '0::/a/b.scope\n', '/sys/fs/cgroup/a/b.scope'],
  ['both versions', mounts('/', '/sys/fs/cgroup/unified'), '4:memory:/x\n0::/\n', '/sys/fs/cgroup/unified/'],
  ['a part of the hierarchy', mounts('/docker/1', '/sys/fs/cgroup'), '0::/docker/1/a\n', '/sys/fs/cgroup/a'],
  ['a group outside of that part', mounts('/docker/1', '/sys/fs/cgroup'), '0::/docker/12\n', null],
  ['a machine with version 1', v1, '4:memory:/x\n', null],
])('finds the group of a process on %s', (_, mountinfo, groups, expected) => {
  expect(cgroupDirectory(mountinfo, groups)).toBe(expected);
});
