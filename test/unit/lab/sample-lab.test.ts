import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { readLabFiles } from '../../support/lab/lab-files.js';

const root = join(import.meta.dirname, '../../..');

describe('the sample lab', () => {
  const { lab, findings } = loadLab(readLabFiles(root));

  it('has no findings', () => {
    expect(findings).toEqual([]);
  });

  it('has two sites with owners and contacts, and two masters that serve both', () => {
    expect([...(lab?.sites.keys() ?? [])]).toEqual(['berlin', 'leeds']);
    for (const site of lab?.sites.values() ?? []) {
      expect(site.owners.length).toBeGreaterThan(0);
      expect(site.contacts.length).toBeGreaterThan(0);
    }
    expect(lab?.masters.get('embedded')?.address).toEqual({ embedded: { worker: 'desk-worker' } });
    expect(lab?.masters.get('stock')?.address).toEqual({ urlFrom: { env: 'LAVAFLOW_STOCK_URL' } });
    for (const master of lab?.masters.values() ?? []) expect(master.sites).toEqual(['berlin', 'leeds']);
  });

  it.each(['embedded', 'stock'])('gives the master %s all of its objects', (master) => {
    const desired = lab?.desired.get(master);
    const count = (kind: string) =>
      [...(desired?.objects.values() ?? [])].filter((object) => object.kind === kind).length;
    expect(desired?.blocked.size).toBe(0);
    expect(count('worker')).toBe(4);
    expect(count('device')).toBeGreaterThanOrEqual(16);
    expect(count('device-type')).toBeGreaterThanOrEqual(8);
    expect(count('health-check')).toBe(3);
    // Since 2023.08, LAVA accepts a template only under the name of a device type.
    expect(count('template')).toBe(count('device-type'));
  });

  it('specifies what the dictionary of a device specifies', () => {
    expect(lab?.desired.get('embedded')?.objects.get('device/sim-board-1')?.fields).toMatchObject({
      deviceType: 'lavaflow-board',
      worker: 'desk-worker',
      tags: ['simulated'],
    });
  });

  it('does not contain the certificate of the desk worker, which belongs to the local layer', () => {
    const objects = lab?.desired.get('embedded')?.objects;
    expect(objects?.get('worker/desk-worker')?.fields).not.toHaveProperty('certificate');
    expect(objects?.get('worker/leeds-rack-1')?.fields).toHaveProperty('certificate');
  });
});
