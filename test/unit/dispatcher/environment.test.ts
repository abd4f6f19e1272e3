import { describe, expect, it } from 'vitest';
import { buildEnvironment } from '../../../src/dispatcher/environment.js';

const own = { PATH: '/bin', HOME: '/root', GONE: undefined };

describe('the environment of a job', () => {
  it.each([
    ['', { PATH: '/bin', HOME: '/root' }],
    ['# nothing\n', { PATH: '/bin', HOME: '/root' }],
    [
      'overrides: {http_proxy: "http://proxy:3128", N: 010, Y_ES: yes, E: }',
      { PATH: '/bin', HOME: '/root', http_proxy: 'http://proxy:3128', N: '010', Y_ES: 'yes', E: '' },
    ],
    ['removes: [HOME]', { PATH: '/bin' }],
    ['purge: yes\noverrides: {PATH: /usr/bin}', { PATH: '/usr/bin' }],
    ['purge: true', { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }],
  ])('is made from %j', (text, variables) => {
    expect(buildEnvironment(text, own, [], {})).toEqual({ ok: true, variables });
  });

  it('contains what the dispatcher adds, whatever env.yaml specifies', () => {
    const built = buildEnvironment('purge: true\noverrides: {A: theirs}', own, ['/a', '/b'], { A: 'ours' });
    expect(built).toMatchObject({
      ok: true,
      variables: { A: 'ours', PATH: expect.stringMatching(/^\/a:\/b:/) as string },
    });
  });

  it.each([
    ['[', 'not valid YAML'],
    ['- a', 'not a mapping'],
    ['purge: maybe', '`purge`'],
    ['removes: HOME', '`removes`'],
    ['overrides: [a]', '`overrides`'],
    ['overrides: {A: {b: c}}', 'the value of A'],
    // LAVA fails on a name that YAML does not read as a string.
    ['overrides: {YES: yes}', 'the key YES is not a string'],
    ['overrides: {"A=B": c}', '"A=B" cannot be the name of a variable'],
    ['overrides: {A: "\\0"}', 'the value of A contains a NUL character'],
  ])('is refused for %j', (text, reason) => {
    expect(buildEnvironment(text, own, [], {})).toMatchObject({
      ok: false,
      reason: expect.stringContaining(reason) as string,
    });
  });
});
