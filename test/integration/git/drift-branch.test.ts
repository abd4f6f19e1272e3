import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { driftBranchOf } from '../../../src/app/drift/drift-branch.js';

describe('the branch of the drift of a master', () => {
  it('has its name', () => {
    expect(driftBranchOf('main')).toBe('lavaflow/drift-main');
    expect(driftBranchOf('lava.example.com')).toBe('lavaflow/drift-lava.example.com');
  });

  it('is valid for git and unique per master', () => {
    const masters = [
      'a.b',
      'a-b',
      'a..b',
      'a.',
      '.a',
      'a.lock',
      'a b',
      'a~b',
      'a%2Eb',
      'ä',
      'a@{b',
      'a/b',
      'a\\b',
    ];
    const branches = masters.map(driftBranchOf);
    expect(new Set(branches).size).toBe(masters.length);
    for (const branch of branches) {
      const said = execFileSync('git', ['check-ref-format', '--branch', branch], { encoding: 'utf8' });
      expect(said).toBe(`${branch}\n`);
    }
  });
});
