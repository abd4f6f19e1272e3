import type { Claim } from './claim.js';
import { baseName, spell, stepsOf, type Step } from './command-steps.js';
import { areaOfArguments } from './host-area.js';

/** Programs whose commands do not switch mains power: they reboot what runs on the board, or on the worker. */
const otherPrograms = /^(?:adb|fastboot|docker|podman|lxc(?:-.*)?)$/;

/**
 * The outlets that the power commands of a device switch. Commands are not known by vendor: an outlet is what stays of a
 * command without the words that differ between on, off and reset.
 */
export function powerClaims(on: unknown, off: unknown, reset: unknown): readonly Claim[] {
  const [ons, offs, resets] = [stepsOf(on), stepsOf(off), stepsOf(reset)];
  const targets =
    ons.length + offs.length > 0
      ? [...ons.map((step) => targetOf(step, offs, ons)), ...offs.map((step) => targetOf(step, ons, offs))]
      : resets.map((step) => targetOf(step, resets));
  return targets
    .filter(([program]) => !otherPrograms.test(baseName(program)))
    .map((step) => ({ kind: 'power outlet', id: spell(step), area: areaOfArguments(step.slice(1)) }));
}

const verb =
  /^(?:(?:power|switch|turn|hard|soft|relay|pwr)?[-_]?(?:on|off|reset|reboot|restart|cycle|toggle|pulse)|o(?:n|ff)[-_]?o(?:n|ff)|up|down|start|stop|enable|disable|open|close|high|low|status)$/i;

/**
 * A step with `*` for what it does, which leaves on what it acts.
 * @param opposite the steps of the opposite command
 * @param same the steps of its own command: power may be switched off and on again to switch it on
 */
function targetOf(step: Step, opposite: readonly Step[], same: readonly Step[] = []): Step {
  const named = step.map((word) => word.replaceAll(/[\w-]+/g, (part) => (verb.test(part) ? '*' : part)));
  if (named.some((word, index) => word !== step[index])) return named;
  const isInBoth = opposite.some((other) => String(other) === String(step));
  let best: { readonly step: Step; readonly start: number } | null = null;
  for (const other of isInBoth ? [...opposite, ...same] : opposite) {
    const found = withoutState(step, other);
    // The state is at the end of a word, after the number of the outlet.
    if (found !== null && found.start > (best?.start ?? -1)) best = found;
  }
  return best?.step ?? step;
}

/** What two states of one outlet differ in: a word, or a number that is not that of another outlet. */
const states = [/^[a-z]*$/i, /^[01]$/, /^[12]$/];

/** The step with `*` for the one part in which it differs from its opposite; null if it differs in more. */
function withoutState(step: Step, other: Step) {
  if (step.length !== other.length) return null;
  const differing = step.flatMap((word, index) => (word === other[index] ? [] : [index]));
  const [index] = differing;
  if (index === undefined || differing.length > 1) return null;
  const [one, two] = [step[index] ?? '', other[index] ?? ''];
  let [start, end] = [0, 0];
  const room = Math.min(one.length, two.length);
  while (start < room && one[start] === two[start]) start++;
  while (end < room - start && one.at(-1 - end) === two.at(-1 - end)) end++;
  const parts = [one.slice(start, one.length - end), two.slice(start, two.length - end)];
  if (!states.some((state) => parts.every((part) => state.test(part)))) return null;
  const word = `${one.slice(0, start)}*${end === 0 ? '' : one.slice(-end)}`;
  return { step: step.with(index, word), start };
}
