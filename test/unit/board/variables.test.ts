import { expect, it } from 'vitest';
import { startCpuClock } from '../../support/clocks.js';
import { step } from '../../../src/board/machine.js';
import { newBoard, type BoardState } from '../../../src/board/state.js';

/** Types lines at a prompt of a board; returns what it prints. */
function type(at: 'bootloader' | 'shell', lines: readonly string[]): string {
  let state: BoardState = { ...newBoard('b'), phase: { at } };
  let output = '';
  for (const line of lines) {
    const next = step(state, { kind: 'input', text: `${line}\r` }, 0);
    output += next.output;
    state = next.state;
  }
  return output;
}

it.each(['bootloader', 'shell'] as const)('%s: a name of JavaScript is not a variable', (at) => {
  const names = ['constructor', 'toString', '__proto__'];
  expect(
    type(
      at,
      names.map((name) => `echo "<\${${name}}>"`),
    ),
  ).toContain('<>');
  expect(
    type(
      at,
      names.map((name) => `echo \${${name}}`),
    ),
  ).not.toMatch(/native code|object Object/);
  expect(type('bootloader', ['printenv constructor', 'run toString'])).toMatch(/not defined[^]*not defined/);
});

it('a variable that contains itself twice does not use up the memory', () => {
  const twice = Array.from({ length: 40 }, () => 'setenv a "${a}${a}x"');
  expect(type('bootloader', [...twice, 'printenv a']).length).toBeLessThan(10_000);
  const shell = Array.from({ length: 40 }, () => 'export A="$A$A""x"');
  expect(type('shell', [...shell, 'echo $A']).length).toBeLessThan(10_000);
});

it('variables that run each other twice end soon', () => {
  const elapsedMs = startCpuClock();
  const output = type('bootloader', [
    "setenv a 'run b; run b; run b; run b'",
    "setenv b 'run a; run a'",
    'run a',
  ]);
  expect(output.length).toBeLessThan(100_000);
  expect(elapsedMs()).toBeLessThan(2_000);
});
