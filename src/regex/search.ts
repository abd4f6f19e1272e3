import { contains, isWord } from './char-set.js';
import type { Program } from './program.js';
import type { Assertion } from './tree.js';

export interface RegexMatch {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Group texts by number, from 1; undefined for a group that did not participate. */
  readonly groups: readonly (string | undefined)[];
  /** Like Python's groupdict(), without the groups that did not participate. */
  readonly named: Readonly<Record<string, string>>;
}

interface Thread {
  readonly pc: number;
  readonly slots: readonly number[];
}

/** A search was given up: it reached the limit of its work. */
export class TooManySteps extends Error {
  override readonly name = 'TooManySteps';
}

/**
 * Finds the leftmost match at or after `from`, with the preferences of Python's `re` (earlier alternatives, greedy repeats).
 * All threads of the program run in parallel, so for any pattern the time is at most proportional to the length of the text
 * times the length of the program (Pike's machine).
 * @throws TooManySteps after `maxSteps` instructions
 */
export function searchRegex(
  program: Program,
  text: string,
  from: number,
  maxSteps: number,
): RegexMatch | undefined {
  // Most console text does not match, and searching for plain text is several hundred times as fast.
  if (program.required !== '' && !text.includes(program.required, from)) return undefined;
  let threads: Thread[] = [];
  let best: readonly number[] | undefined;
  let steps = 0;
  const seen = new Int32Array(program.instructions.length).fill(-1);
  for (let at = from; at <= text.length; at += 1) {
    if (steps > maxSteps) throw new TooManySteps();
    if (threads.length === 0) {
      if (best !== undefined) break;
      if (program.prefix !== '') {
        const candidate = text.indexOf(program.prefix, at);
        if (candidate === -1) return undefined;
        at = candidate;
      }
    }
    const current: Thread[] = [];
    for (const thread of threads) addThread(current, thread.pc, thread.slots, at);
    // Try a later start only as long as no earlier start has matched.
    if (best === undefined) addThread(current, 0, [], at);
    threads = [];
    const code = text.charCodeAt(at);
    for (const thread of current) {
      const instruction = program.instructions[thread.pc];
      if (instruction === undefined) continue;
      if (instruction.op === 'match') {
        best = thread.slots;
        break; // the threads after this one have lower priority
      }
      if (instruction.op === 'set' && at < text.length && contains(instruction.set, code)) {
        threads.push({ pc: instruction.next, slots: thread.slots });
      }
    }
  }
  return best === undefined ? undefined : toMatch(program, text, best);

  /** Follows instructions that consume no text, each once per position. The first (preferred) path to it wins. */
  function addThread(list: Thread[], startPc: number, startSlots: readonly number[], at: number): void {
    const stack: Thread[] = [{ pc: startPc, slots: startSlots }];
    for (let thread = stack.pop(); thread !== undefined; thread = stack.pop()) {
      const { pc, slots } = thread;
      if (seen[pc] === at) continue;
      seen[pc] = at;
      steps += 1;
      const instruction = program.instructions[pc];
      if (instruction === undefined) continue;
      switch (instruction.op) {
        case 'split':
          stack.push({ pc: instruction.other, slots }, { pc: instruction.next, slots });
          break;
        case 'save': {
          const saved = [...slots];
          steps += saved.length >> 3;
          saved[instruction.slot] = at;
          stack.push({ pc: instruction.next, slots: saved });
          break;
        }
        case 'assert':
          if (holds(instruction.at, text, at)) stack.push({ pc: instruction.next, slots });
          break;
        default:
          list.push(thread);
      }
    }
  }
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case 'text-start':
      return at === 0;
    case 'line-start':
      return at === 0 || text[at - 1] === '\n';
    case 'text-end':
      return at === text.length;
    case 'text-end-or-newline':
      return at === text.length || (at === text.length - 1 && text[at] === '\n');
    case 'line-end':
      return at === text.length || text[at] === '\n';
    case 'word-edge':
    case 'ascii-word-edge':
      return isEdge(text, at, assertion === 'ascii-word-edge');
    case 'no-word-edge':
    case 'no-ascii-word-edge':
      // As in Python before 3.14, not in an empty text.
      return text !== '' && !isEdge(text, at, assertion === 'no-ascii-word-edge');
  }
}

function isEdge(text: string, at: number, ascii: boolean): boolean {
  const before = at > 0 && isWord(text.charCodeAt(at - 1), ascii);
  const after = at < text.length && isWord(text.charCodeAt(at), ascii);
  return before !== after;
}

function toMatch(program: Program, text: string, slots: readonly number[]): RegexMatch {
  const groups: (string | undefined)[] = [undefined];
  for (let slot = 2; slot < program.slotCount; slot += 2) {
    const start = slots[slot];
    const end = slots[slot + 1];
    groups.push(start === undefined || end === undefined ? undefined : text.slice(start, end));
  }
  const named: Record<string, string> = {};
  for (const [name, index] of program.groupNames) {
    const value = groups[index];
    if (value !== undefined) named[name] = value;
  }
  const start = slots[0] ?? 0;
  const end = slots[1] ?? start;
  return { start, end, text: text.slice(start, end), groups, named };
}
