import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/diagnostics/index.js';
import { gitFailure } from '../../../src/git/run/errors.js';
import { gitEnvironment } from '../../../src/git/run/environment.js';
import { labDirectories } from '../../../src/git/files/lab-directories.js';
import { decodeName } from '../../../src/git/files/names.js';
import { isLabPath } from '../../../src/lab/index.js';
import { startCpuClock } from '../../support/clocks.js';
import { parseRemote, redactText, redactUrl } from '../../../src/git/remote/urls.js';

describe('names', () => {
  test.each([
    ['plain.yaml', Buffer.from('plain.yaml'), 'plain.yaml'],
    ['a newline', Buffer.from('a\nb'), 'a\nb'],
    ['UTF-8', Buffer.from('größe-€-🚀'), 'größe-€-🚀'],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x61]), '\ufeffa'],
    ['latin1', Buffer.from([0x61, 0xe9, 0x62]), 'a\\xe9b'],
    ['a cut character', Buffer.from([0x61, 0xe2, 0x82]), 'a\\xe2\\x82'],
    ['a surrogate', Buffer.from([0xed, 0xa0, 0x80]), '\\xed\\xa0\\x80'],
    ['both', Buffer.from([0xff, 0xc3, 0xa9]), '\\xffé'],
  ])('%s', (_, bytes, text) => {
    expect(decodeName(bytes)).toBe(text);
  });
});

describe('remotes', () => {
  test.each([
    ['https://example.com/lab.git', 'https://example.com/lab.git', null],
    ['https://u:p%40ss@example.com/lab', 'https://example.com/lab', { username: 'u', secret: 'p@ss' }],
    ['https://token@example.com/lab', 'https://example.com/lab', { username: 'token', secret: '' }],
    ['ssh://git:secret@example.com/lab', 'ssh://git@example.com/lab', null],
    ['git@example.com:team/lab.git', 'git@example.com:team/lab.git', null],
    ['file:///srv/lab.git', 'file:///srv/lab.git', null],
    ['/srv/lab.git', '/srv/lab.git', null],
  ])('%s', (text, url, credentials) => {
    expect(parseRemote(text)).toEqual({ url, credentials });
  });

  test.each([
    '',
    '--upload-pack=touch /tmp/x',
    '-oProxyCommand=x',
    'ext::sh -c id',
    'ext::id',
    'fd::7',
    'https://example.com/a b',
    'https://example.com/a\nb',
    'ftp://example.com/lab',
    'https://me:s3%cret@example.com/lab',
    'lab',
    '../lab',
  ])('refuses %j', (text) => {
    expect(() => parseRemote(text)).toThrow(UsageError);
  });

  test('a rejected remote is shown without its secret', () => {
    expect(() => parseRemote('ftp://me:s3cret@example.com/lab')).toThrow(/^(?!.*s3cret)/);
    expect(() => parseRemote('https://me:s3%cret@example.com/lab')).toThrow(/^(?!.*cret)/);
  });

  test('redacts', () => {
    expect(redactUrl('https://u:p@example.com/x')).toBe('https://example.com/x');
    expect(redactText("fatal: unable to access 'https://u:p@example.com/x/': 500")).toBe(
      "fatal: unable to access 'https://example.com/x/': 500",
    );
    expect(redactText('https://u:p@ss@example.com/x')).toBe('https://example.com/x');
    expect(redactText('remote:1https://u:p@example.com/x')).toBe('remote:1https://example.com/x');
    const elapsedMs = startCpuClock();
    redactText('a'.repeat(200_000));
    expect(elapsedMs()).toBeLessThan(1_000);
  });
});

describe('failures of git', () => {
  test.each([
    ["fatal: unable to access 'https://x/': Could not resolve host: x", 'soon'],
    ["fatal: Authentication failed for 'https://x/'", 'after-change'],
    ["fatal: couldn't find remote ref refs/heads/main", 'after-change'],
    ["fatal: transport 'ext' not allowed", 'never'],
    [
      "fatal: unable to access 'http://x/': Failed to connect to x port 80: Couldn't connect to server",
      'soon',
    ],
    [
      'ssh: Could not resolve hostname x: Name or service not known\nfatal: Could not read from remote repository.',
      'soon',
    ],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 502", 'soon'],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 429", 'soon'],
    [' ! [remote rejected] a -> refs/lavaflow/locks/m (failed to update ref)', 'soon'],
    ["fatal: repository 'https://x/lab.git/' not found", 'after-change'],
    ['ERROR: Repository not found.\nfatal: Could not read from remote repository.', 'after-change'],
    ["fatal: '/srv/lab.git' does not appear to be a git repository", 'after-change'],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 403", 'after-change'],
    ["fatal: could not read Username for 'https://x': terminal prompts disabled", 'after-change'],
    ['git@x: Permission denied (publickey).', 'after-change'],
    [
      "fatal: unable to access 'https://x/': SSL certificate problem: self-signed certificate",
      'after-change',
    ],
    [
      "fatal: unable to access 'https://x/': server certificate verification failed. CAfile: none CRLfile: none",
      'after-change',
    ],
    ['fatal: the receiving end does not support --atomic push', 'after-change'],
    ['error: something new under the sun', 'soon'],
  ])('%s', (text, retry) => {
    expect(gitFailure(new Error(text), 'fetch', 'https://x', 'soon').retry).toBe(retry);
  });

  test.each([
    [
      'remote: Write access to repository not granted.\nfatal: unable to access: error: 403',
      /contents: write/,
    ],
    [
      "To https://x\n ! [remote rejected] a -> refs/pull/1/head (deny updating a hidden ref)\nerror: failed to push some refs to 'https://x'",
      /refs\/pull\/1\/head \(deny updating a hidden ref\)/,
    ],
    [
      "remote: error: GH013: Repository rule violations found\n ! [remote rejected] a -> refs/lavaflow/records/m (push declined due to repository rule violations)\nerror: failed to push some refs to 'https://x'",
      /refs\/lavaflow\/records\/m \(push declined/,
    ],
    [
      "remote: no such refs here\n ! [remote rejected] a -> refs/lavaflow/records/m (pre-receive hook declined)\nerror: failed to push some refs to 'https://x'",
      /pre-receive hook declined/,
    ],
  ])('say which push was refused and what to do: %s', (text, message) => {
    const failure = gitFailure(new Error(text), 'write a record', 'https://x', 'soon');
    expect(failure.retry).toBe('after-change');
    expect(failure.message).toMatch(message);
    expect(failure.hint).toMatch(/contents: write/);
  });

  test('contain neither secrets nor terminal escapes', () => {
    const failure = gitFailure(
      new Error('remote: \u001b[2Jhi\nfatal: https://u:s3cret@x/ is gone'),
      'fetch',
      'https://u:s3cret@x',
    );
    expect(failure.message).not.toContain('s3cret');
    expect(failure.message).not.toContain('\u001b');
  });
});

test("git's environment holds nothing of a surrounding git command", () => {
  process.env.GIT_DIR = '/elsewhere';
  process.env.GIT_SSH_COMMAND = 'sh -c evil';
  try {
    expect(gitEnvironment('remote')).not.toHaveProperty('GIT_DIR');
    expect(gitEnvironment('remote')).not.toHaveProperty('GIT_SSH_COMMAND');
  } finally {
    delete process.env.GIT_DIR;
    delete process.env.GIT_SSH_COMMAND;
  }
});

test('git reads the directories that form a lab', () => {
  for (const directory of labDirectories) expect(isLabPath(`${directory}/x`)).toBe(true);
  expect(isLabPath('elsewhere/x')).toBe(false);
});
