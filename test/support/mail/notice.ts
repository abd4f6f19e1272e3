import {
  advance,
  affected,
  newHistory,
  noIncidents,
  noticeOf,
  post,
  type Condition,
  type Notice,
} from '../../../src/report/index.js';

/** A message about a master that cannot be reached, with two devices and some contacts. @param cause default: harmless */
export function noticeNumber(number: number, cause = 'no response within 60 s'): Notice {
  const contacts = [
    { name: 'Desk', email: 'desk@example.org', chat: '#lab' },
    { name: 'Elsewhere', email: 'desk@example.net' },
    { name: 'Two', email: 'a@example.org,b@example.org' },
    { name: 'Quoted', email: '"x>,<y"@example.org' },
  ];
  const condition: Condition = {
    key: 'master-unreachable/main',
    kind: 'master-unreachable',
    subject: 'main',
    severity: 'high',
    ...{ since: null, cause, affected: affected('device', ['board-1', 'board-2']), places: [], contacts },
  };
  const seen = { conditions: [condition], absent: new Set<string>(), masters: null, isEverythingDown: false };
  const times = { confirmMs: 0, recoverMs: 0 };
  const { state, messages } = advance(noIncidents, seen, Date.parse('2026-02-01T10:00Z'), times);
  const stored = post({ ...newHistory('s'), next: number }, state, messages, ['ops']);
  const [waiting] = stored.waiting;
  if (waiting === undefined) throw new Error('no message');
  return noticeOf(stored, waiting, '/lab');
}
