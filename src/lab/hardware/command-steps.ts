import { wordsOf } from '../../job/index.js';

/** The program and its arguments. */
export type Step = readonly string[];

/** Programs that start another one, with their own options. */
const starters = new Set([
  'sudo',
  'env',
  'flock',
  'nice',
  'ionice',
  'nohup',
  'stdbuf',
  'timeout',
  'unbuffer',
]);
const shells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh']);
/** They do nothing to a board. */
const idle = new Set([
  'true',
  'false',
  ':',
  'echo',
  'printf',
  'sleep',
  'test',
  'exit',
  'logger',
  'date',
  'None',
]);
const mostCharacters = 2_000;

/** What a command does, or a list of commands: the programs that it starts, without those that do nothing to a board. */
export function stepsOf(command: unknown): readonly Step[] {
  const texts = Array.isArray(command) ? (command as readonly unknown[]) : [command];
  return texts.flatMap((text) => (typeof text === 'string' ? stepsIn(text, 0) : []));
}

function stepsIn(text: string, depth: number): readonly Step[] {
  const all = text.length > mostCharacters || depth > 2 ? null : wordsOf(text);
  if (all === null) return [];
  const words = withoutStarters(all);
  const script = shells.has(baseName(words[0])) && /^-[a-z]*c$/.test(words[1] ?? '') ? words[2] : undefined;
  if (script !== undefined)
    return script.split(/\s*(?:;|&&|\|\|)\s*/).flatMap((part) => stepsIn(part, depth + 1));
  const isIdle = idle.has(baseName(words[0])) && !words.some((word) => /^\d?>|^\|$/.test(word));
  return words.length === 0 || isIdle ? [] : [words];
}

function withoutStarters(words: readonly string[]): readonly string[] {
  let start = 0;
  while (starters.has(baseName(words[start]))) {
    const hasArgument = /^(?:flock|timeout)$/.test(baseName(words[start]));
    start++;
    while (/^-|^\w+=/.test(words[start] ?? '')) start++;
    if (hasArgument) start++;
  }
  return words.slice(start);
}

export function baseName(path = ''): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Options that do not decide on what a program acts: how long it waits, how much it prints, who it is. */
const minorOption =
  /^--(?:delay|wait|timeout|retry|retries|interval|verbose|quiet|silent|debug|user|username|pass|password|passwd|community|insecure|max-time|connect-timeout)$/;

/** One text for all spellings of a step: options sorted, no directory of programs, no leading zeros, no credentials. */
export function spell([program = '', ...words]: Step): string {
  const options: string[] = [];
  const others: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [, name = '', joined] = /^(--?[A-Za-z*][^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === '') {
      others.push(plain(word));
      continue;
    }
    const next = words[at + 1];
    const value = joined ?? (next === undefined || /^-(?!\d)/.test(next) ? undefined : next);
    if (joined === undefined && value !== undefined) at++;
    if (!minorOption.test(name)) options.push(value === undefined ? name : `${name} ${plain(value)}`);
  }
  return [program.replace(/^.*\/s?bin\/(?=[^/]+$)/, ''), ...options.sort(), ...others].join(' ');
}

function plain(word: string): string {
  return word.replace(/^0+(?=\d{1,3}$)/, '').replace(/^([a-z][a-z+.-]*:\/\/)[^@/]*@/i, '$1');
}
