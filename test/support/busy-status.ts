import type { ControllerStatus } from '../../src/controller/index.js';
import { masterStatus } from './status.js';

const newest = '3f9a1c5e7b2d4860af13c9e7d5b1a2f4c6e80912';
const older = '91be04d7c3a5f2e8d6b1907c4a3e5f2d1b0c9a87';

/** A lab with a bit of everything, as of now. */
export function busyStatus(now: Date): ControllerStatus {
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
  const counts = { create: 0, update: 0, adopt: 0, retire: 0, delete: 0, keep: 312, report: 0 };
  const master = (name: string, changes: Partial<Parameters<typeof masterStatus>[0]> = {}) => ({
    [`lab-${name}`]: masterStatus({
      since: ago(8100),
      url: `https://lava-${name}.example.org`,
      revision: newest,
      lastApplied: { revision: newest, at: ago(74) },
      counts,
      ...changes,
    }),
  });
  const drift = Array.from(
    { length: 12 },
    (_, index) => `device/imx8mp-${String(index + 1).padStart(2, '0')}` as const,
  );
  const applied = (seconds: number) => ({ lastApplied: { revision: older, at: ago(seconds) } });
  return {
    repository: 'https://git.example.org/boards/lab-config.git',
    state: 'invalid',
    since: ago(1450),
    revision: newest,
    findings: [
      {
        code: 'dictionary-extends-nothing',
        severity: 'error',
        message: 'the dictionary does not extend a template',
        place: { file: 'device-dictionaries/rk3588-03.jinja2', line: 1, column: 4 },
        hint: "Start it with {% extends 'rk3588.jinja2' %}.",
      },
      {
        code: 'hardware-shared',
        severity: 'warning',
        message: 'outlet 7 of pdu-2 is also used by imx8mp-04',
        place: { file: 'device-dictionaries/imx8mp-11.jinja2', line: 9, column: 12 },
      },
    ],
    error: null,
    schedule: { lastAt: ago(74), nextAt: ago(-226) },
    masters: {
      ...master('munich'),
      ...master('berlin', {
        state: 'suspended',
        since: ago(40_000),
        suspension: {
          master: 'lab-berlin',
          owner: '@ada',
          reason: 'Work on the power supply of rack 4',
          since: ago(40_000),
          until: ago(-180_000),
        },
        unconfirmedSince: ago(39_000),
        lastApplied: { revision: older, at: ago(40_100) },
      }),
      ...master('oslo', {
        drift,
        driftSince: Object.fromEntries(drift.map((key, index) => [key, ago(3600 * (index + 2))])),
        counts: { ...counts, report: 12 },
      }),
      ...master('lyon', {
        state: 'reconciling',
        since: ago(4),
        ...applied(374),
        unconfirmedSince: ago(74),
        counts: { ...counts, update: 3 },
      }),
      ...master('graz', {
        state: 'waiting',
        since: ago(847),
        ...applied(920),
        unconfirmedSince: ago(674),
        error: {
          message: 'cannot read devices from https://lava-graz.example.org: connection refused',
          retry: 'soon',
        },
        nextTryAt: ago(-142),
      }),
      ...master('turin', {
        state: 'refused',
        since: ago(290),
        ...applied(674),
        unconfirmedSince: ago(290),
        problems: [
          '46 of 80 devices would change, which is more than policy.maxUpdateShare allows. Review the plan, and run lavaflow apply --force REASON.',
        ],
        counts: { ...counts, update: 46 },
      }),
      ...master('bench', { state: 'off', url: null, lastApplied: null, unconfirmedSince: ago(3000) }),
    },
  };
}
