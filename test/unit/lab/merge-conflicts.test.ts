import { expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

function conflictIn(path: string): string {
  const text = smallLab[path] ?? '';
  return `# first\n<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> other\n`;
}

it.each(Object.keys(smallLab))('a merge conflict in %s is the only finding of the file', (path) => {
  const { findings, broken } = loadLab(labOf({ ...smallLab, [path]: conflictIn(path) }));
  const own = findings.filter(({ place, code }) => place.file === path && code !== 'master-unusable');
  expect(own).toMatchObject([{ code: 'merge-conflict', severity: 'error', place: { line: 2, column: 1 } }]);
  expect(broken.get(path)).toEqual(['merge-conflict']);
});

it('is reported where only one mark is left, and not where lines only look like one', () => {
  const codesFor = (text: string): string[] => {
    const path = 'device-types/our-base.jinja2';
    return loadLab(labOf({ ...smallLab, [path]: `${smallLab[path] ?? ''}${text}` })).findings.map(
      ({ code }) => code,
    );
  };
  expect(codesFor('{#\n>>>>>>> topic\n#}\n')).toEqual(['merge-conflict']);
  expect(codesFor('{#\n=======\n<<<<<<<<<< title >>>>>>>>>>\n <<<<<<< a\n#}\n')).toEqual([]);
  expect(loadLab(labOf({ ...smallLab, 'workers/README.md': '<<<<<<< HEAD\n' })).findings).toEqual([]);
});
