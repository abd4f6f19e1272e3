import type { Cause } from '../../model/index.js';
import { push } from '../groups.js';
import type { Verdict } from './compare-outcomes.js';
import { renderedKinds, type RenderedDifference } from './difference.js';

/** The effect on one device, and its reason. */
export interface DeviceVerdict extends Verdict {
  readonly hostname: string;
  readonly cause: Cause;
}

/** If there are more different changes than this, devices whose changes affect the same keys are grouped. */
const mostWays = 20;

/** Groups devices with the same effect, so that a change to hundreds of devices stays readable. */
export function groupVerdicts(verdicts: readonly DeviceVerdict[]): RenderedDifference[] {
  const exact = groupBy(verdicts, ({ kind, change, reason }) =>
    isVerdictOfLava(kind) ? patternOf(reason) : (change?.way ?? reason ?? ''),
  );
  const ways = exact.filter(([first]) => first?.kind === 'changes').length;
  const groups =
    ways <= mostWays
      ? exact
      : groupBy(verdicts, ({ kind, change, reason }) =>
          isVerdictOfLava(kind) ? patternOf(reason) : (change?.keys ?? reason ?? ''),
        );
  return groups.map(differenceOf).sort(compare);
}

/** Devices that LAVA rejects for the same reason are one entry, whatever else changes in them. */
function isVerdictOfLava(kind: DeviceVerdict['kind']): boolean {
  return kind === 'rejects' || kind === 'rejected' || kind === 'accepts';
}

/** A reason without the values of one device. */
function patternOf(reason: string | undefined): string {
  return (reason ?? '').replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replaceAll(/\d+/g, '0');
}

function groupBy(
  verdicts: readonly DeviceVerdict[],
  keyOf: (verdict: DeviceVerdict) => string,
): DeviceVerdict[][] {
  const groups = new Map<string, DeviceVerdict[]>();
  for (const verdict of verdicts)
    push(groups, `${verdict.kind}\n${verdict.cause}\n${keyOf(verdict)}`, verdict);
  return [...groups.values()];
}

function differenceOf(group: readonly DeviceVerdict[]): RenderedDifference {
  const members = [...group].sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
  const [first] = members;
  if (first === undefined) throw new Error('a group has at least one member');
  const { kind, cause, reason, change } = first;
  return {
    kind,
    cause,
    devices: members.map(({ hostname }) => hostname),
    count: members.length,
    diff: change?.diff ?? [],
    ...(members.some((one) => one.change?.way !== change?.way) ? { isAlike: true } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

function compare(a: RenderedDifference, b: RenderedDifference): number {
  return (
    renderedKinds.indexOf(a.kind) - renderedKinds.indexOf(b.kind) ||
    b.count - a.count ||
    ((a.devices[0] ?? '') < (b.devices[0] ?? '') ? -1 : 1)
  );
}
