import { nameShape } from '../names.js';
import { mailboxPattern } from './notifications.js';
import { aliasPattern, namePattern } from './parts.js';

const hints: Readonly<Record<string, string>> = {
  [namePattern]: nameShape,
  [aliasPattern]: 'Use letters, digits, "-", "_", ".", "@", "," and "+"; start with a letter, digit or "_".',
  '^[-a-zA-Z0-9_]+$': 'Use at most 50 letters, digits, "-" and "_" in a tag.',
  '^\\S+$': 'Write it without blanks.',
  '^[a-zA-Z0-9][-_a-zA-Z0-9. ]{0,99}$':
    'Use at most 100 letters, digits, "-", "_", "." and blanks; start with a letter or digit.',
  '^(https://|ssh://|file://|git://|[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:)\\S+$':
    'Write a URL, such as https://gitlab.com/lava/lava.git or git@host:path.',
  '^[0-9a-f]{40}$':
    'Write the full ID of a commit, with 40 digits; branches and tags can move. `git rev-parse NAME` prints it.',
  '^(?!/)(?!.*(^|/)\\.\\.(/|$)).+$': 'Write a path inside the repository, without "/" at its start and "..".',
  '^https?://[^\\s]+$': 'Write a URL that starts with http:// or https://.',
  '^[0-9]{4}\\.[0-9]{2}(\\.[0-9]+)?$': 'Write a release such as "2023.01", in quotes.',
  '^[a-zA-Z_][a-zA-Z0-9_]*$': 'Use letters, digits and "_", and no digit at the start.',
  '^[A-Za-z_][A-Za-z0-9_]*$': 'Write the name of an environment variable, such as LAVA_TOKEN, without "$".',
  '^[^/\\s]+/[^/\\s]+/[^/\\s]+$': 'Write <kind>/<name>/<field>, such as device/*/description.',
  '^[^\\s@]+@[^\\s@]+$': 'Write an address such as lab@example.org.',
  '^@[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9._-]+)?$': "Write '@user' or '@organisation/team', in quotes.",
  '^([01][0-9]|2[0-3]):[0-5][0-9]$': "Write a time such as '07:00', in quotes and with four digits.",
  '^(?:(?:[^%]|%%)*%s(?:[^%]|%%)*)?$':
    'Write %s exactly once, in place of the URL to fetch, and other % as %%.',
  '^(?:[0-9]+|auto)$': 'Write a port in quotes, or auto.',
  '^/': 'Write an absolute path, which starts with "/".',
  [mailboxPattern]: 'Write an address such as lab@example.org, without a name.',
  '^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$': 'Write a domain such as example.org.',
  '^-[A-Za-z][A-Za-z0-9-]*$': 'Write an option such as -cpu: a dash, and then letters, digits and dashes.',
};

/** What to write where a text must match a pattern of a schema. */
export function hintForPattern(pattern: string): string | undefined {
  return Object.hasOwn(hints, pattern) ? hints[pattern] : undefined;
}
