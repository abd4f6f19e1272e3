import { DeviceChecker, formatProblem } from '../../job/index.js';
import { formatRelease, type ReleaseNumber } from '../../model/index.js';

/**
 * Returns why a LAVA of this release rejects a rendered configuration, so that it sets the device to Bad; null if it
 * accepts it.
 */
export type WhyRejected = (lines: readonly string[]) => string | null;

export function rejectionsBy(release: ReleaseNumber): WhyRejected {
  const checker = new DeviceChecker(release);
  return (lines) => {
    const verdict = checker.check(lines.join('\n'));
    switch (verdict.kind) {
      case 'accepted':
        return null;
      case 'unreadable':
        return `it does not render to YAML: ${verdict.problem.message}`;
      case 'not-a-mapping':
        return 'it does not render to a mapping';
      case 'rejected':
        return `LAVA ${formatRelease(release)}: ${verdict.problems.map(formatProblem).join('; ')}`;
    }
  };
}
