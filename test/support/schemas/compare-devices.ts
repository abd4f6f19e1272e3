import { checkDeviceConfiguration, DeviceChecker, formatProblem } from '../../../src/job/index.js';
import { parsePython } from '../../../src/pyyaml/index.js';
import type { SchemaOracle } from './genuine.js';

/** A text that only one of LAVA and lavaflow accepts. */
export interface SchemaDisagreement {
  readonly text: string;
  readonly ours: string | null;
  readonly theirs: string | null;
}

export interface SchemaComparison {
  readonly compared: number;
  readonly accepted: number;
  /** Texts that exceed a limit of our YAML reader. */
  readonly limited: number;
  readonly disagreements: readonly SchemaDisagreement[];
}

/** Compares our verdict on each device configuration with LAVA's. */
export async function compareDevices(
  oracle: SchemaOracle,
  release: number,
  texts: readonly string[],
): Promise<SchemaComparison> {
  const verdicts = await oracle.ask(texts.map((text) => ['device', text]));
  const checker = new DeviceChecker(release);
  return compare(texts, verdicts, (text) => deviceVerdict(text, release, checker));
}

/** Why lavaflow rejects a text, null if it accepts it, 'limit' if it exceeds a limit of our own. */
export type OwnVerdict = 'limit' | { readonly rejects: string | null };

function deviceVerdict(text: string, release: number, checker: DeviceChecker): OwnVerdict {
  const yaml = parsePython(text);
  const { kind } = checker.check(text);
  if (!yaml.ok) {
    if (kind !== 'unreadable') return { rejects: `the checker considers it ${kind}, but it is not YAML` };
    return yaml.problem.isLimit ? 'limit' : { rejects: yaml.problem.message };
  }
  const problems = checkDeviceConfiguration(yaml.value, release).map(formatProblem);
  const rejects = problems.length === 0 ? null : problems.join('; ');
  if ((kind === 'accepted') === (rejects === null)) return { rejects };
  throw new Error(`the checker considers it ${kind}, but as a whole it is ${rejects ?? 'accepted'}: ${text}`);
}

export function compare(
  texts: readonly string[],
  verdicts: readonly (string | null)[],
  judge: (text: string) => OwnVerdict,
): SchemaComparison {
  const disagreements: SchemaDisagreement[] = [];
  let limited = 0;
  for (const [index, text] of texts.entries()) {
    const own = judge(text);
    const theirs = verdicts[index] ?? null;
    if (own === 'limit') limited++;
    else if ((own.rejects === null) !== (theirs === null)) disagreements.push({ text, ours: own.rejects, theirs });
  }
  const accepted = verdicts.filter((verdict) => verdict === null).length;
  return { compared: texts.length - limited, accepted, limited, disagreements };
}
