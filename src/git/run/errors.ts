import { ExternalError, type Retry } from '../../diagnostics/index.js';
import { redactText, redactUrl } from '../remote/urls.js';

interface Sign {
  readonly says: RegExp;
  readonly retry: Retry;
  readonly hint?: string;
}

/**
 * git tells what went wrong only in its messages (in English, see `gitEnvironment`). What is not here counts as
 * transient for a remote, and as something a person must look at for a local repository.
 */
const signs: readonly Sign[] = [
  {
    says: /ENOENT/,
    retry: 'after-change',
    hint: 'Is git 2.39 or newer installed, and does the directory exist?',
  },
  {
    says: /dubious ownership/,
    retry: 'after-change',
    hint: 'The repository belongs to another user: run `git config --global --add safe.directory DIRECTORY` if you trust it.',
  },
  { says: /not a git repository/, retry: 'after-change', hint: 'Run `lavaflow init`, or give --lab DIR.' },
  {
    says: /Write access to repository not granted|Permission to \S+ denied|protected branch|deny updating a hidden ref|hook declined|push declined|rule violations|prohibited by Gerrit/i,
    retry: 'after-change',
    hint: 'The server does not let these credentials push there: in GitHub Actions the job needs `permissions: contents: write`; else let them push, or name another place.',
  },
  {
    says: /Authentication failed|could not read (Username|Password)|Permission denied|returned error: 40[137]|Host key verification failed|invalid credentials/i,
    retry: 'after-change',
    hint: 'Check the credentials and that they may use this repository.',
  },
  {
    says: /repository (\S+ )?not found|does not appear to be a git repository|returned error: (404|410)|project you were looking for could not be found/i,
    retry: 'after-change',
    hint: 'Check the address. Servers also say this of a private repository to credentials that may not read it.',
  },
  {
    says: /returned error: 30\d/,
    retry: 'after-change',
    hint: 'The server redirects, which is not followed with credentials: give the address where the repository is now.',
  },
  {
    says: /certificate|SSL: |returned error: (400|405|451)/i,
    retry: 'after-change',
    hint: 'Check the address, the proxies in between, and the certificates that this machine trusts.',
  },
  {
    says: /does not support --atomic push/,
    retry: 'after-change',
    hint: 'This server cannot keep records: name another repository (--records git:URL), or keep them in files.',
  },
  {
    says: /couldn't find remote ref/,
    retry: 'after-change',
    hint: 'The branch does not exist on the remote; was it deleted or renamed?',
  },
  {
    says: /transport '[^']*' not allowed|unsupported protocol|Unable to find remote helper/,
    retry: 'never',
  },
  { says: /\.lock': File exists|cannot lock ref|unable to access|Could not resolve host/i, retry: 'soon' },
];

/** Makes the one error of failing I/O out of whatever running git gave. */
export function gitFailure(
  error: unknown,
  what: string,
  where: string,
  otherwise: Retry = 'after-change',
): ExternalError {
  if (error instanceof ExternalError) return error;
  const text = redactText(error instanceof Error ? error.message : String(error)).trim();
  const sign = signs.find(({ says }) => says.test(text));
  return new ExternalError({
    what,
    where: redactUrl(where),
    why: shorten(text),
    retry: sign?.retry ?? otherwise,
    ...(sign?.hint === undefined ? {} : { hint: sign.hint }),
  });
}

/** Whether git failed because it takes the directory for no repository, or for one that it may not trust. */
export function saysNoRepository(error: unknown): boolean {
  return error instanceof Error && /not a git repository|dubious ownership/.test(error.message);
}

/** The lines that tell the reason; git prints hints and progress around them. A remote may say anything: no controls. */
function shorten(text: string): string {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling = [/^(fatal|error|ssh):|^! \[/i, /^remote:/i, /./]
    .map((kind) => lines.filter((line) => kind.test(line)))
    .find((found) => found.length > 0);
  const chosen = (telling ?? []).slice(0, 3).join('; ');
  // eslint-disable-next-line no-control-regex -- terminal escapes of a remote must not reach a terminal
  return chosen.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?').slice(0, 400) || 'git failed without a message';
}
