import { ExternalError, reasonOf } from '../../diagnostics/index.js';
import { codeOf, ProgramError, streamProgram } from '../../host/index.js';
import type { Signers } from '../../lab/index.js';

export type Judgement =
  | { readonly kind: 'good'; readonly by: string }
  /** Completes "COMMIT is refused: ..."; what an attacker wrote is not in it. */
  | { readonly kind: 'bad'; readonly why: string };

export interface Verification {
  /** Empty, and for this verification alone. */
  readonly directory: string;
  readonly payload: Buffer;
  readonly signature: string;
  readonly signers: Signers;
  readonly now: Date;
}

export function bad(why: string): Judgement {
  return { kind: 'bad', why };
}

const packages: Readonly<Record<string, string>> = { gpg: 'gnupg', 'ssh-keygen': 'openssh-client' };

/**
 * Runs a program that verifies signatures. It does not see our environment: neither a configuration nor an agent.
 * @throws ExternalError when it cannot be run, or exits with another code than `codes`
 */
export async function runVerifier(
  program: 'gpg' | 'ssh-keygen',
  args: readonly string[],
  { directory, input, codes }: { directory: string; input?: Uint8Array; codes: readonly number[] },
): Promise<{ readonly code: number; readonly output: string }> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: directory, LC_ALL: 'C' };
  const output: Buffer[] = [];
  let code = 0;
  const onExit = (exitCode: number): void => {
    code = exitCode;
  };
  try {
    const options = {
      cwd: directory,
      env,
      successCodes: codes,
      timeoutMs: 30_000,
      maxBytes: 1024 * 1024,
      onExit,
    };
    const running = streamProgram(program, args, input === undefined ? options : { ...options, input });
    for await (const chunk of running) output.push(chunk);
  } catch (error) {
    if (!(error instanceof ProgramError) && codeOf(error) === undefined) throw error;
    const isMissing = codeOf(error) === 'ENOENT';
    throw new ExternalError({
      what: 'verify the signature of a revision',
      where: program,
      why: isMissing ? 'it is not installed' : reasonOf(error),
      retry: 'after-change',
      ...(isMissing ? { hint: `Install it: Debian's package ${packages[program] ?? program} has it.` } : {}),
      cause: error,
    });
  }
  return { code, output: Buffer.concat(output).toString('latin1') };
}
