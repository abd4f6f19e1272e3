import { UsageError } from '../../diagnostics/index.js';

/** How to authenticate to a remote over HTTP(S). ssh uses the operator's agent and keys. */
export interface GitCredentials {
  /** The user name for a token, e.g. `x-access-token` on GitHub; many servers accept any name. */
  readonly username: string;
  readonly secret: string;
}

export interface RemoteAddress {
  /** Without credentials: for messages, records, and git's command line. */
  readonly url: string;
  /** Credentials from the URL. */
  readonly credentials: GitCredentials | null;
}

const schemes = new Set(['https:', 'http:', 'ssh:', 'git:', 'file:']);
const scpLike = /^(?:[\w.-]+@)?[\w.-]+:(?!:)(?!\/\/)\S+$/;

/**
 * Parses a remote as written by a user: a URL, `user@host:path`, or an absolute path. The secret part of a URL is
 * removed from it, so that it is neither shown nor visible in a process list.
 * @throws UsageError when it is none of these (`ext::`, options, other schemes)
 */
export function parseRemote(text: string): RemoteAddress {
  // eslint-disable-next-line no-control-regex -- control characters must be rejected
  if (text === '' || text.startsWith('-') || /[\u0000-\u0020\u007f]/.test(text)) throw notARemote(text);
  if (text.startsWith('/')) return { url: text, credentials: null };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    if (scpLike.test(text)) return { url: text, credentials: null };
    throw notARemote(text);
  }
  if (!URL.canParse(text)) throw notARemote(text);
  const url = new URL(text);
  if (!schemes.has(url.protocol)) throw notARemote(text);
  const isHttp = url.protocol === 'https:' || url.protocol === 'http:';
  const hasCredentials = isHttp && (url.username !== '' || url.password !== '');
  const credentials = hasCredentials ? credentialsOf(url) : null;
  if (hasCredentials && credentials === null) throw notARemote(text);
  return { url: redactUrl(text), credentials };
}

/**
 * `https://TOKEN@host`: a user name without a password is a token, as GitHub and GitLab accept it.
 * @returns null if they contain a percent sign that encodes nothing
 */
function credentialsOf({ username, password }: URL): GitCredentials | null {
  try {
    return { username: decodeURIComponent(username), secret: decodeURIComponent(password) };
  } catch {
    return null;
  }
}

/** A URL without its secret parts: user and password for HTTP, the password for other protocols. */
export function redactUrl(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.username === '' && url.password === '') return text;
  url.password = '';
  if (url.protocol !== 'ssh:') url.username = '';
  return url.href;
}

/** Removes the user part from every URL in a text, e.g. in the output of git. */
export function redactText(text: string): string {
  // Starts only where a word does: otherwise a long word costs quadratic time, and a remote decides what git prints.
  return text.replace(/(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/)[^\s/'"]+@/gi, '$1');
}

function notARemote(text: string): UsageError {
  return new UsageError(
    `not a git remote: ${JSON.stringify(redactText(text))}`,
    'Write an https, ssh, git or file URL, user@host:path, or an absolute path.',
  );
}
