import { expect, it } from 'vitest';
import { readWorkerSettings } from '../../../src/job/index.js';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

function labFindings(text: string): readonly string[] {
  const { findings } = loadLab(labOf({ ...smallLab, 'workers/w1/dispatcher.yaml': text }));
  return findings.map(({ message }) => message);
}

it('has defaults for what a worker does not set', () => {
  const read = readWorkerSettings('dispatcher_ip: 192.0.2.1\nlavaflow: {limits: {log_mib: 3}}');
  expect(read).toMatchObject({
    ok: true,
    settings: {
      limits: { logBytes: 3 * 2 ** 20, logBytesPerSecond: 2 ** 20, imageBytes: 2 ** 35 },
      imageDirectories: ['/var/tmp/lavaflow/images'],
      qemuOptions: [],
    },
  });
  for (const text of ['', '# nothing', 'lavaflow:', 'lavaflow: {limits: }']) {
    expect(readWorkerSettings(text).ok).toBe(true);
  }
});

it('reads whatever the lab accepts', () => {
  const text = `lavaflow:
  limits: {log_mib: 1, log_lines: 2, log_kib_per_second: 3, download_mib: 4, image_mib: 5, disk_mib: 6, free_disk_mib: 7}
  image_directories: [/srv/images]
  qemu_options: [-virtfs]
`;
  expect(labFindings(text)).toEqual([]);
  expect(readWorkerSettings(text)).toMatchObject({
    settings: {
      limits: { diskBytes: 6 * 2 ** 20 },
      imageDirectories: ['/srv/images'],
      qemuOptions: ['-virtfs'],
    },
  });
});

it.each([
  'lavaflow: 1',
  'lavaflow: {limits: [1]}',
  'lavaflow: {limits: {log_mib: "1"}}',
  'lavaflow: {limits: {log_mib: 1.5}}',
  'lavaflow: {limits: {log_mib: -1}}',
  'lavaflow: {image_directories: /srv}',
  'lavaflow: {image_directories: [srv]}',
  'lavaflow: {qemu_options: -virtfs}',
])('%s is an error in the lab and on the worker', (text) => {
  expect(labFindings(text)).toHaveLength(1);
  expect(readWorkerSettings(text).ok).toBe(false);
});

it('a misspelled limit is an error in the lab', () => {
  expect(labFindings('lavaflow: {limits: {log_mb: 1}}')).toHaveLength(1);
});
