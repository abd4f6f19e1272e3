import type { ConsoleSession } from '../console/session.js';
import type { Found } from '../console/expect-buffer.js';
import { JobFailure } from '../failure.js';
import type { LogMapping } from '../log/flow-line.js';
import type { ActionRun } from '../pipeline/action.js';
import type { Regex } from '../../regex/index.js';
import { compilePattern, describePatterns } from '../pattern.js';

interface KernelMessage {
  readonly start: Regex;
  /** Matches the last line of the message, with the carriage return of a console. */
  readonly end: Regex;
  /** null: the text determines it. */
  readonly kind: string | null;
  readonly isFatal: boolean;
}

/** Error messages of the Linux kernel. */
const kernelMessages: readonly KernelMessage[] = [
  message('-\\[ cut here \\]', '-+\\[ end trace \\w* \\]-+[^\\n]*\\r', null),
  message('Unhandled fault', '\\r', 'fault'),
  message('BUG: KCSAN:', '=+\\r', 'kcsan'),
  message('BUG: KASAN:', '=+\\r', 'kasan'),
  message('BUG: KFENCE:', '=+\\r', 'kfence'),
  message('Oops(?: -|:)', '\\r', 'oops'),
  message('WARNING:', 'end trace[^\\r]*\\r', 'warning'),
  message('(kernel BUG at|BUG:)', '\\r', 'bug'),
  message('invalid opcode:', '\\r', 'invalid opcode'),
  { ...message('Kernel panic - not syncing', 'end Kernel panic[^\\r]*\\r', 'panic'), isFatal: true },
];

function message(start: string, end: string, kind: string | null): KernelMessage {
  return { start: compilePattern(start), end: compilePattern(end), kind, isFatal: false };
}

/** A board may print any number of messages. All are in the log; the result contains the first ones. */
const maxKeptCharacters = 256 * 1024;

/** What ended the wait. */
export interface Boot {
  /** The wanted pattern that matched; undefined if a kernel message had no end. */
  readonly index: number | undefined;
  readonly messages: readonly LogMapping[];
}

/**
 * Waits for one of `wanted` and collects kernel messages meanwhile. Reports them as the result `kernel-messages`, as LAVA
 * does.
 * @throws JobFailure (Job) for a kernel panic and for the job's own failure message
 */
export async function watchKernel(
  run: ActionRun,
  session: ConsoleSession,
  wanted: readonly Regex[],
  failure: Regex | undefined,
): Promise<Boot> {
  const { log } = run.job;
  const startMs = performance.now();
  const starts = kernelMessages.map((item) => item.start);
  const rest = failure === undefined ? wanted : [failure, ...wanted];
  const what = describePatterns(wanted);
  const messages: LogMapping[] = [];
  let keptCharacters = 0;
  const keep = (message: LogMapping & { readonly message: string }): void => {
    keptCharacters += message.message.length;
    if (keptCharacters <= maxKeptCharacters) messages.push(message);
  };
  let halt: string | undefined;
  let index: number | undefined;
  for (;;) {
    const found = await session.expect([...starts, ...rest], { scope: run.scope, what });
    const known = kernelMessages[found.index];
    if (known === undefined) {
      const place = found.index - starts.length - (failure === undefined ? 0 : 1);
      if (place < 0) {
        halt = `the console printed the job's failure message: '${found.match.text}'`;
        messages.push({ message: 'kernel-messages' });
      } else {
        index = place;
      }
      break;
    }
    const ended = await session.expect([known.end, ...rest], { scope: run.scope });
    if (ended.index !== 0) {
      log.warning('a kernel message has no end');
      break;
    }
    const text = `${startOfLine(found)}${found.match.text}${ended.before}${ended.match.text.slice(0, -1)}`;
    const kind = known.kind ?? kindOf(text);
    keep({ kind, message: text });
    if (known.isFatal) {
      log.error(`kernel ${kind}`);
      halt = text;
      break;
    }
    log.warning(`kernel ${kind}`);
  }
  log.ownResult({
    namespace: run.planned.namespace,
    case: 'kernel-messages',
    level: run.planned.level,
    duration: ((performance.now() - startMs) / 1000).toFixed(2),
    result: halt === undefined ? 'pass' : 'fail',
    extra: { extra: messages },
  });
  if (halt !== undefined) throw new JobFailure('Job', halt);
  return { index, messages };
}

function startOfLine(found: Found): string {
  return found.before.slice(found.before.lastIndexOf('\n') + 1);
}

function kindOf(text: string): string {
  if (text.includes('Oops')) return 'oops';
  if (text.includes('BUG')) return 'bug';
  return text.includes('WARNING') ? 'warning' : 'unknown';
}
