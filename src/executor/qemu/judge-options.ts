import { jobOptions, wordPattern, type OptionRule, type ValueRule } from './options.js';

/** Options without a value that a worker may allow. A word after one of them is a disk. */
const otherFlags = new Set(
  's S daemonize full-screen alt-grab ctrl-grab no-quit sdl curses singlestep preconfig old-param semihosting'.split(
    ' ',
  ),
);

export interface QemuPolicy {
  /** Labels of the images that the job deploys. */
  readonly labels: ReadonlySet<string>;
  /** Options that the worker allows with any value, such as `-virtfs` (`lavaflow.qemu_options`). */
  readonly allowed: readonly string[];
}

/**
 * Finds the words of a QEMU command line that a job may not use.
 * @param words before `{label}` is replaced
 * @returns sentences without a full stop
 */
export function judgeQemuOptions(words: readonly string[], policy: QemuPolicy): string[] {
  const allowed = new Set(policy.allowed.map(nameOf));
  const problems: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      // QEMU uses such a word as a disk.
      if (!isImage(word, policy)) problems.push(`'${word}' is not an option of QEMU`);
      continue;
    }
    const name = nameOf(word);
    const rule = jobOptions.get(name);
    if (allowed.has(name)) {
      const isFlag = rule?.is === 'flag' || otherFlags.has(name);
      if (!isFlag && words[at + 1]?.startsWith('-') === false) at += 1;
    } else if (rule === undefined) {
      problems.push(`jobs may not use the QEMU option '${word}' on this worker`);
      // Its value would only cause another message.
      if (words[at + 1]?.startsWith('-') === false) at += 1;
    } else if (rule.is !== 'flag') {
      at += 1;
      const value = words[at];
      if (value === undefined) problems.push(`'${word}' requires a value`);
      else problems.push(...judgeValue(word, value, rule, policy));
    }
  }
  return problems;
}

function judgeValue(
  option: string,
  value: string,
  rule: Exclude<OptionRule, { readonly is: 'flag' }>,
  policy: QemuPolicy,
): string[] {
  if (rule.is === 'text') return [];
  if (rule.is === 'value') {
    return fits(value, rule.value, policy) ? [] : [notAllowed(option, value, rule.value)];
  }
  // QEMU reads `,,` as a comma that is part of a value. No value that is allowed contains one.
  const parts = value.split(',');
  return parts.flatMap((part, index) => {
    const equals = part.indexOf('=');
    if (equals < 0 && index === 0 && rule.first !== undefined) {
      return fits(part, rule.first, policy) ? [] : [notAllowed(option, part, rule.first)];
    }
    if (index === 0 && rule.first instanceof RegExp) return [notAllowed(option, part, rule.first)];
    const key = equals < 0 ? part : part.slice(0, equals);
    const expected =
      rule.denied?.includes(key) === true ? undefined : (ruleOf(key, rule.keys) ?? rule.others);
    if (expected === undefined || key === '') return [notAllowed(option, part, undefined)];
    const given = equals < 0 ? 'on' : part.slice(equals + 1);
    const isFit = wordPattern.test(key) && fits(given, expected, policy);
    return isFit ? [] : [notAllowed(option, part, expected)];
  });
}

function ruleOf(key: string, keys: Readonly<Record<string, ValueRule>>): ValueRule | undefined {
  return Object.hasOwn(keys, key) ? keys[key] : undefined;
}

function fits(value: string, rule: ValueRule, policy: QemuPolicy): boolean {
  if (rule === 'image') return isImage(value, policy);
  return rule === 'word' ? wordPattern.test(value) : rule.test(value);
}

function isImage(value: string, { labels }: QemuPolicy): boolean {
  const label = /^\{([\w.-]+)\}$/.exec(value)?.[1];
  return label !== undefined && labels.has(label);
}

function notAllowed(option: string, part: string, rule: ValueRule | undefined): string {
  const why = rule === 'image' ? '; write {label} of an image that the job deploys' : '';
  return `jobs may not use '${part}' with the QEMU option '${option}' on this worker${why}`;
}

function nameOf(option: string): string {
  return option.replace(/^--?/, '');
}
