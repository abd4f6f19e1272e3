import { printable } from '../../diagnostics/index.js';
import type { Change, ObjectKey } from '../../model/index.js';
import type { Context } from '../decide/context.js';
import { writtenText } from '../changes.js';
import {
  createReferenceReader,
  fileNameOf,
  reachedFrom,
  templateNameOf,
  userGraphOf,
  type ReferenceReader,
} from '../../templates/index.js';
import { releaseOf } from '../rendered/release.js';
import { rejectionsBy, type WhyRejected } from '../rendered/why-rejected.js';
import { worldOf, type Outcome, type TemplateTexts, type World } from '../rendered/world.js';

/** For all devices together. What could not be tested by then counts as broken. */
const mostTimeMs = 5_000;
/** Each round holds back something that the one before did not. */
const mostRounds = 8;

/**
 * A device whose files have findings is kept as it is, together with everything that it uses: a template with which it
 * would no longer render, or LAVA would reject it, is kept back (`blocked`), and so is what does not render without that
 * template. Renders
 * nothing unless there are such devices and the plan writes templates.
 */
export function holdWhatBreaks(
  changes: readonly Change[],
  context: Context,
  below: TemplateTexts,
): readonly Change[] {
  const { desired, observed } = context;
  const files = changes.filter((change) => writtenText(change) !== undefined);
  const kept = [...desired.blocked.keys()].flatMap((key) => hostnameOf(key) ?? []);
  if (kept.length === 0 || !files.some(({ object }) => object.kind === 'template')) return changes;

  const end = performance.now() + mostTimeMs;
  const isLate = () => performance.now() > end;
  const read = createReferenceReader();
  const before = worldOf(observed, [], below);
  const whyRejected = rejectionsBy(releaseOf(observed));
  const held = new Map<Change, string>();
  let suspects: readonly string[] = kept;
  for (let round = 0; round < mostRounds; round++) {
    const written = files.filter((change) => !held.has(change));
    const after = worldOf(observed, written, below);
    const writers = writersOf(written, [before, after], read);
    const broken = suspects.flatMap((hostname) => {
      const why = isTouched(hostname, writers)
        ? whyBroken(hostname, before, after, whyRejected, isLate)
        : null;
      return why === null ? [] : [{ hostname, why }];
    });
    if (broken.length === 0) break;
    for (const change of written) {
      const mine = broken.filter(({ hostname }) => writers.get(change)?.has(hostname) === true);
      const [first] = mine;
      if (first !== undefined) held.set(change, reasonFor(first.hostname, mine.length, first.why));
    }
    // Without these changes, others that depend on them may break.
    suspects = [...before.dictionaries.keys()];
  }
  return changes.map((change) => {
    const reason = held.get(change);
    return reason === undefined ? change : { ...change, verb: 'keep', hold: 'blocked', reason };
  });
}

function reasonFor(hostname: string, count: number, why: string): string {
  const who = count === 1 ? `device/${hostname}` : `device/${hostname} and ${count - 1} more`;
  return `${who} ${printable(why)}`;
}

type Writers = ReadonlyMap<Change, ReadonlySet<string>>;

/** The devices that each write affects. */
function writersOf(written: readonly Change[], worlds: readonly World[], read: ReferenceReader): Writers {
  const graphs = worlds.map((world) => userGraphOf([world], read));
  return new Map(
    written.map((change) => {
      const seeds = [fileNameOf(change.object.name)];
      const names = graphs.flatMap(({ users, open }) => [...reachedFrom([...seeds, ...open], users).keys()]);
      return [change, new Set(names.map((name) => templateNameOf(name)))];
    }),
  );
}

function isTouched(hostname: string, writers: Writers): boolean {
  return [...writers.values()].some((hostnames) => hostnames.has(hostname));
}

function whyBroken(
  hostname: string,
  before: World,
  after: World,
  whyRejected: WhyRejected,
  isLate: () => boolean,
): string | null {
  if (isLate()) return 'would no longer render: there was no time left to test it';
  const old: Outcome = before.render(hostname);
  if (old.state !== 'rendered') return null;
  const outcome = after.render(hostname);
  if (outcome.state === 'fails') return `would no longer render: ${outcome.problem}`;
  if (outcome.state !== 'rendered' || whyRejected(old.lines) !== null) return null;
  const rejection = whyRejected(outcome.lines);
  return rejection === null ? null : `would become invalid: ${rejection}`;
}

function hostnameOf(key: ObjectKey): string | null {
  return key.startsWith('device/') ? key.slice('device/'.length) : null;
}
