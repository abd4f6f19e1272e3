import { ExternalError, type Retry } from '../../diagnostics/index.js';
import { redactText, redactUrl } from '../remote/urls.js';

interface Sign {
  readonly says: RegExp;
  readonly retry: Retry;
  readonly hint?: string;
}

/**
 * git reports the cause of a failure only in its messages (in English, see `gitEnvironment`). A message that is not in
 * this list counts as transient for a remote; for a local repository, a person must look at it.
 */
const signs: readonly Sign[] = [
  {
    says: /ENOENT/,
    retry: 'after-change',
    hint: 'Check that git 2.39 or newer is installed, and that the directory exists.',
  },
  {
    says: /dubious ownership/,
    retry: 'after-change',
    hint: 'Run `git config --global --add safe.directory DIRECTORY` if you trust this repository, which belongs to another user.',
  },
  { says: /not a git repository/, retry: 'after-change', hint: 'Run `lavaflow init`, or specify --lab DIR.' },
  {
    says: /Write access to repository not granted|Permission to \S+ denied|protected branch|deny updating a hidden ref|hook declined|push declined|rule violations|prohibited by Gerrit/i,
    retry: 'after-change',
    hint: 'Give these credentials write access (in GitHub Actions: `permissions: contents: write`), or name another repository.',
  },
  {
    says: /Authentication failed|could not read (Username|Password)|Permission denied|returned error: 40[137]|Host key verification failed|invalid credentials/i,
    retry: 'after-change',
    hint: 'Check the credentials, and that they have access to this repository.',
  },
  {
    says: /repository (\S+ )?not found|does not appear to be a git repository|returned error: (404|410)|project you were looking for could not be found/i,
    retry: 'after-change',
    hint: 'Check the address, and that the credentials have access: servers report the same for a private repository without access.',
  },
  {
    says: /returned error: 30\d/,
    retry: 'after-change',
    hint: 'Give the current address of the repository: the server redirects, and redirects are not followed with credentials.',
  },
  {
    says: /certificate|SSL: |returned error: (400|405|451)/i,
    retry: 'after-change',
    hint: 'Check the address, the proxies in between, and the certificates that this machine trusts.',
  },
  {
    says: /does not support --atomic push/,
    retry: 'after-change',
    hint: 'Name another repository (--records git:URL), or store records in files: this server does not support records.',
  },
  {
    says: /couldn't find remote ref/,
    retry: 'after-change',
    hint: 'Check whether the branch was deleted or renamed: it does not exist on the remote.',
  },
  {
    says: /not our ref/,
    retry: 'after-change',
    hint: 'Check the ID of the commit: the repository does not have it.',
  },
  {
    says: /transport '[^']*' not allowed|unsupported protocol|Unable to find remote helper/,
    retry: 'never',
  },
  { says: /\.lock': File exists|cannot lock ref|unable to access|Could not resolve host/i, retry: 'soon' },
];

/** Turns any error from running git into an ExternalError. */
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

/** Whether git failed because the directory is not a repository, or is one that it does not trust. */
export function saysNoRepository(error: unknown): boolean {
  return error instanceof Error && /not a git repository|dubious ownership/.test(error.message);
}

/** The lines that contain the reason, without git's hints and progress, and without control characters from a remote. */
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
