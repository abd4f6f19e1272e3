import { expect, it } from 'vitest';
import { parseContext } from '../../../src/app/render/context.js';

it('a job context on the command line is read as LAVA reads one in a job', () => {
  // YAML 1.2 would read `yes` as a text; other YAML 1.1 parsers read `y` as true.
  expect(parseContext(['arch=arm64', 'no_kvm=yes', 'a=y', 'list=[1, "=="]', 'text=a=b', 'none='])).toEqual({
    arch: 'arm64',
    no_kvm: true,
    a: 'y',
    list: [1, '=='],
    text: 'a=b',
    none: null,
  });
});

it.each([
  ['arch', 'is not KEY=VALUE'],
  ['=x', 'is not KEY=VALUE'],
  ['a=[', 'the value of a=[ is not YAML'],
])('refuses %s', (word, message) => {
  expect(() => parseContext([word])).toThrow(message);
});
