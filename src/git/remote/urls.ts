import { UsageError } from '../../diagnostics/index.js';

/** How to sign in to a remote over HTTP(S). ssh uses the operator's agent and keys. */
export interface GitCredentials {
  /** What a token goes with, e.g. `x-access-token` on GitHub; many servers take any name. */
  readonly username: string;
  readonly secret: string;
}

export interface RemoteAddress {
  /** Without credentials: for messages, records, and git's command line. */
  readonly url: string;
  /** Credentials that the URL carried. */
  readonly credentials: GitCredentials | null;
}

const schemes = new Set(['https:', 'http:', 'ssh:', 'git:', 'file:']);
const scpLike = /^(?:[\w.-]+@)?[\w.-]+:(?!:)(?!\/\/)\S+$/;

/**
 * Takes a remote as a user writes it: a URL, `user@host:path`, or an absolute path. The secret part of a URL is
 * taken out of it, so that it is neither shown nor visible in a process list.
 * @throws UsageError when it is none of these (`ext::`, options, other schemes)
 */
export function parseRemote(text: string): RemoteAddress {
  // eslint-disable-next-line no-control-regex -- control characters are what must be refused
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
  const credentials =
    isHttp && (url.username !== '' || url.password !== '') ? credentialsOf(url.username, url.password) : null;
  return { url: redactUrl(text), credentials };
}

/** `https://TOKEN@host`: the user name alone is the token, as GitHub and GitLab take it. */
function credentialsOf(username: string, password: string): GitCredentials {
  return { username: decodeURIComponent(username), secret: decodeURIComponent(password) };
}

/** A URL without what may be secret in it: user and password for HTTP, the password for others. */
export function redactUrl(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.username === '' && url.password === '') return text;
  url.password = '';
  if (url.protocol !== 'ssh:') url.username = '';
  return url.href;
}

/** Takes the user part out of every URL in a text, e.g. in what git printed. */
export function redactText(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/'"]+@/gi, '$1');
}

function notARemote(text: string): UsageError {
  return new UsageError(
    `not a git remote: ${JSON.stringify(redactText(text))}`,
    'Write an https, ssh, git or file URL, user@host:path, or an absolute path.',
  );
}
