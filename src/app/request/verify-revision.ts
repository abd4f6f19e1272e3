import { UsageError } from '../../diagnostics/index.js';
import { findRevision, isDescendant, readSignersAt, verifyCommit } from '../../git/index.js';
import { shortRevision } from '../../plan/index.js';
import type { RevisionProblem, RevisionVerifier } from '../../reconcile/index.js';

export interface VerifierOptions {
  /** The lab's directory. */
  readonly lab: string;
  /** The revision whose signers decide, instead of the one in force: a person trusts it. */
  readonly signersFrom?: string | undefined;
  /**
   * Called before the history is needed, for a clone that may be shallow.
   * @throws ExternalError
   */
  readonly fetch?: ((commits: readonly string[]) => Promise<void>) | undefined;
}

type Question = Parameters<RevisionVerifier>[0];
type Answer = Awaited<ReturnType<RevisionVerifier>>;

/**
 * Verifies revisions of a lab by its commits, its signers by the commit that is in force. Masters that ask for the same at the
 * same time share the answer.
 */
export function openVerifier(options: VerifierOptions): RevisionVerifier {
  const running = new Map<string, Promise<Answer>>();
  return (question) => {
    const key = JSON.stringify(question);
    const known = running.get(key);
    if (known !== undefined) return known;
    const answer = verify(question, options).finally(() => running.delete(key));
    running.set(key, answer);
    return answer;
  };
}

async function verify(question: Question, options: VerifierOptions): Promise<Answer> {
  const { commit, requiresSigners } = question;
  const { lab } = options;
  const inForce = await findInForce(question, options);
  const isOwnList = inForce === null;
  const refuse = (message: string, hint: string): Answer => ({ problem: { message, hint }, isOwnList });
  const name = `revision ${shortRevision(commit)}`;
  if (requiresSigners && !allowsAnybody(await readSignersAt(lab, commit))) {
    return refuse(
      `${name} requires signatures but allows nobody to sign, so nothing could be applied after it`,
      'List the signers in lab-config/allowed-signers (docs/signatures.md).',
    );
  }
  if (inForce !== null) {
    const problem = await judgeHistory(commit, inForce, options);
    if (problem !== null) return { problem, isOwnList };
  }
  const from = inForce ?? commit;
  const signers = await readSignersAt(lab, from);
  const verdict = await verifyCommit(lab, commit, signers ?? { ssh: [], gpg: [] }, new Date());
  if (verdict.kind === 'good') return { problem: null, isOwnList };
  return refuse(
    `${name} is not accepted: ${verdict.why}. The signers are those of ${inForce === null ? 'the revision itself' : shortRevision(inForce)}`,
    'Let one of them sign it, or a new commit on top of it: `git commit -S` (docs/signatures.md).',
  );
}

/** The full ID of the commit whose signers decide; null: the list of the revision itself. */
async function findInForce({ commit, inForce }: Question, { lab, signersFrom, fetch }: VerifierOptions) {
  if (signersFrom === undefined) {
    if (inForce !== null) await fetch?.([inForce, commit]);
    return inForce;
  }
  const found = await findRevision(lab, signersFrom, lab);
  if (found !== null) return found;
  throw new UsageError(`--signers-from ${signersFrom} is not a revision of the lab`);
}

/** Without a common history, an old revision with an old list would be as good as a new one. */
async function judgeHistory(
  commit: string,
  inForce: string,
  { lab }: VerifierOptions,
): Promise<RevisionProblem | null> {
  const how =
    'In a shallow clone, run `git fetch --unshallow`. To allow it once, use `lavaflow apply --signers-from REV`.';
  const [name, applied] = [shortRevision(commit), shortRevision(inForce)];
  if ((await findRevision(lab, inForce, lab)) === null) {
    const message = `the signers of ${applied}, which is in force, cannot be read: this clone does not have that revision`;
    return { message, hint: how };
  }
  if (commit === inForce || (await isDescendant(lab, commit, inForce))) return null;
  const message = `revision ${name} is not accepted: it does not contain ${applied}, which is in force. The history was rewritten, or ${name} is older`;
  return { message, hint: how };
}

function allowsAnybody(signers: Awaited<ReturnType<typeof readSignersAt>>): boolean {
  return signers !== null && signers.ssh.length + signers.gpg.length > 0;
}
