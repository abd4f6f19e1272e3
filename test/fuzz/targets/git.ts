import { ExternalError, UsageError } from '../../../src/diagnostics/index.js';
import { decodeName } from '../../../src/git/files/names.js';
import { lockFromText, lockToText } from '../../../src/git/record-ref/lock-text.js';
import { isDead, thisProcess } from '../../../src/host/index.js';
import { parseRemote, redactText } from '../../../src/git/remote/urls.js';
import { isPlainRevision } from '../../../src/git/revisions.js';
import {
  driftNotesFromText,
  driftNotesToText,
  intentFromText,
  intentToText,
  recordFromText,
  recordToText,
} from '../../../src/reconcile/index.js';
import { expectEqual, expectThat, outcomeOf, type Target } from '../target.js';

export const gitTexts: Target = {
  name: 'git-texts',
  reach: 'contributors: URLs, revisions and names in a repository',
  seeds: [
    'https://user:pa%20ss@git.example.org/lab.git\ngit@host:path/x.git\n/srv/git/lab.git\nssh://git@host:22/x',
    'main\nHEAD~2\nv1.0^{}\nrefs/heads/x',
    'device-types/é.jinja2\nfile:///x\nhttps://token@h/',
    Buffer.from('a\xffb\xc3(\n\xe2\x82', 'latin1'),
  ],
  tokens: [
    'https://',
    'ssh://',
    'file://',
    'ext::sh -c x',
    '--upload-pack=x',
    '@',
    ':',
    '%',
    '%zz',
    '%00',
    '..',
    '^',
    '~',
    '{',
    '\\',
    'user:secret@',
    '[::1]',
    '\t',
  ],
  mostBytes: 32 * 1024,
  msPerKib: 10,
  open: () => ({
    check: (input) => {
      decodeName(input);
      for (const line of input.toString('utf8').split('\n').slice(0, 200)) {
        isPlainRevision(line);
        redactText(line);
        const remote = outcomeOf(() => parseRemote(line), UsageError);
        if (!('value' in remote)) continue;
        const { url, credentials } = remote.value;
        expectThat('a remote is not an option', !url.startsWith('-'));
        if (credentials !== null && credentials.secret.length > 8) {
          expectThat('a URL does not contain its secret', !url.includes(credentials.secret));
        }
        expectEqual('a URL without credentials is read back', parseRemote(url).url, url);
      }
    },
  }),
};

const time = '2026-11-30T12:00:00.000Z';
const digest = '0'.repeat(64);
const head = { version: 1, master: 'm', repository: 'r', revision: 'a', fingerprint: 'f' };
const owner = { host: 'h', space: 's', pid: 1, startTime: '2' };

export const records: Target = {
  name: 'records',
  reach: 'everyone who can push to the remote of the records: records, intents, notes on drift, locks',
  seeds: [
    JSON.stringify({
      ...head,
      format: 'lavaflow-record',
      appliedAt: time,
      objects: [['device/a', { description: digest }]],
      retired: ['device/b'],
    }),
    JSON.stringify({
      ...head,
      format: 'lavaflow-intent',
      startedAt: time,
      parked: [['device/a', 'Good']],
      objects: [['device/a', { verb: 'create', fields: { description: { before: null, after: digest } } }]],
      unproven: {
        device: 'a',
        objects: [['device/a', { isNew: true, fields: { x: { before: [1], after: digest } } }]],
      },
    }),
    JSON.stringify({
      format: 'lavaflow-drift-memory',
      version: 1,
      master: 'm',
      seen: [{ key: 'device/a', field: null, digest, firstSeen: time }],
      putBack: [{ key: 'device/a', field: 'x', first: time, last: time, times: 1 }],
    }),
    JSON.stringify({
      format: 'lavaflow-lock',
      version: 1,
      owner,
      token: 1,
      renewals: 0,
      takenAt: time,
      expiresAt: time,
      released: false,
    }),
  ],
  tokens: [
    '"device/',
    '"worker/',
    '"template/x"',
    digest,
    time,
    '9007199254740991',
    '"__proto__"',
    'null',
    '[]',
    '{}',
    '"released":true',
    '"version":2',
    '2026-99-99T99:99Z',
  ],
  mostBytes: 64 * 1024,
  msPerKib: 10,
  open: () => ({
    check: (input) => {
      const text = input.toString('utf8');
      const record = outcomeOf(() => recordFromText(text, 'm', 'here'), ExternalError);
      if ('value' in record) {
        expectEqual(
          'a record that is written is read back',
          recordFromText(recordToText(record.value), 'm', 'here'),
          record.value,
        );
      }
      const intent = outcomeOf(() => intentFromText(text, 'm', 'here'), ExternalError);
      if ('value' in intent) {
        expectEqual(
          'an intent that is written is read back',
          intentFromText(intentToText(intent.value), 'm', 'here'),
          intent.value,
        );
      }
      const notes = outcomeOf(() => driftNotesFromText(text, 'm', 'here'), ExternalError);
      if ('value' in notes) {
        expectEqual(
          'notes that are written are read back',
          driftNotesFromText(driftNotesToText('m', notes.value), 'm', 'here'),
          notes.value,
        );
      }
      const lock = lockFromText(text);
      if (lock !== null) {
        expectEqual('a lock that is written is read back', lockFromText(lockToText(lock)), lock);
        // As if it were of this machine: only then its process is looked for.
        isDead({ ...thisProcess(), pid: lock.owner.pid, startTime: lock.owner.startTime });
      }
    },
  }),
};
