import {
  formatRelease,
  nearestKnownRelease,
  parseRelease,
  type Master,
  type ObservedMaster,
} from '../../model/index.js';

/**
 * A remark if the master runs another LAVA release than its lab file specifies: `validate` judges devices by the one in
 * the file, and a plan by the one that the master runs. Embedded masters do not run LAVA and get no remark.
 */
export function remarksOnRelease(
  { name, release: expected }: Pick<Master, 'name' | 'release'>,
  { software, release }: Pick<ObservedMaster, 'software' | 'release'>,
): string[] {
  const actual = software === 'lava' ? parseRelease(release) : null;
  if (expected === undefined || actual === null || actual === expected) return [];
  const [here, inValidate] = [nearestKnownRelease(actual), nearestKnownRelease(expected)];
  const effect =
    here === inValidate
      ? ''
      : `devices are judged by ${formatRelease(here)} here and by ${formatRelease(inValidate)} in \`validate\`; `;
  return [
    `the master runs LAVA ${formatRelease(actual)}, but lab-config/masters/${name}.yaml specifies ${formatRelease(expected)}: ${effect}correct \`release\` in that file`,
  ];
}
