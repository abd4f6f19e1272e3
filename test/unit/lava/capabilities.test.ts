import { describe, expect, it } from 'vitest';
import { capabilitiesOf, undeletableFields, unsupportedFields } from '../../../src/lava/capabilities.js';

describe('capabilities of a release', () => {
  it.each([
    // release, certificates, env-dut, own-file flags, users by REST
    ['2020.05', true, false, false, false],
    ['2020.08', true, false, false, false],
    ['2020.09', false, false, false, false],
    ['2022.01', false, true, false, false],
    ['2022.04', false, true, true, false],
    ['2023.01', false, true, true, false],
    ['2023.01-2+b1', false, true, true, false],
    ['2026.04', false, true, true, true],
    ['2026.07.0012.gabcdef', false, true, true, true],
  ])('%s', (release, certificates, envDut, ownFileFlags, usersByRest) => {
    expect(capabilitiesOf(release, undefined)).toMatchObject({
      software: 'lava',
      release,
      remark: null,
      certificates,
      envDut,
      ownFileFlags,
      usersByRest,
    });
  });

  it.each(['2027.01', '2031.12', 'master', '0.1.0'])(
    'take the unknown %s for the newest, and say so',
    (version) => {
      const { remark, ...capabilities } = capabilitiesOf(version, undefined);
      expect(remark).toContain('2026.10');
      expect(capabilities).toEqual({
        ...capabilitiesOf('2026.10', undefined),
        release: version,
        remark: undefined,
      });
    },
  );

  it.each([
    ['2023.06', false],
    ['2023.08', true],
    ['2026.07', true],
  ])('%s: templates need their device type: %s', (release, templatesNeedTypes) => {
    expect(capabilitiesOf(release, undefined)).toMatchObject({ templatesNeedTypes });
  });

  it.each([
    ['2024.05', false, false],
    ['2024.09', false, true],
    ['2026.01', true, true],
  ])(
    '%s: reasons for the health of devices: %s, of workers: %s',
    (release, reasonByRpc, setWorkerHealthByRest) => {
      expect(capabilitiesOf(release, undefined)).toMatchObject({ reasonByRpc, setWorkerHealthByRest });
    },
  );

  it.each([
    ['2022.02', 7],
    ['2022.04', 0],
  ])('%s: %i kinds of files cannot be deleted', (release, count) => {
    expect(undeletableFields(capabilitiesOf(release, undefined)).size).toBe(count);
  });

  it('list the fields for which a release has no call', () => {
    const groups = ['group', 'group.members', 'group.permissions'];
    const windows = ['worker.maintenanceWindows', 'device.maintenanceWindows'];
    const inRelease = (release: string) =>
      [...unsupportedFields(capabilitiesOf(release, undefined))].filter((field) => !windows.includes(field));
    expect(inRelease('2020.05')).toEqual(['worker.envDut', ...groups]);
    expect(inRelease('2021.12')).toEqual(['worker.certificate', 'worker.envDut', ...groups]);
    expect(inRelease('2023.02')).toEqual(['worker.certificate', ...groups]);
    expect(inRelease('2023.03')).toEqual(['worker.certificate']);
    expect(inRelease('2026.07')).toEqual(['worker.certificate']);
    const isDrained = (...of: Parameters<typeof capabilitiesOf>) =>
      windows.every((field) => !unsupportedFields(capabilitiesOf(...of)).has(field));
    expect(isDrained('2026.07', undefined)).toBe(false);
    // An embedded master before it had windows.
    expect(isDrained('0.1.0', 'lavaflow')).toBe(false);
    const own = capabilitiesOf('0.1.0', 'lavaflow', ['maintenance-windows']);
    expect([...unsupportedFields(own)]).toEqual([]);
  });
});
