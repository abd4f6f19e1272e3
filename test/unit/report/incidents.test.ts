/** One message for each cause, over time. */
import { describe, expect, it } from 'vitest';

import {
  advance,
  affected,
  messageText,
  noIncidents,
  type Condition,
  type IncidentKind,
  type IncidentMessage,
  type IncidentState,
  type Observation,
} from '../../../src/report/index.js';

const times = { confirmMs: 60_000, recoverMs: 120_000 };
const minuteMs = 60_000;

function condition(kind: IncidentKind, subject: string, more: Partial<Condition> = {}): Condition {
  return {
    ...{
      key: `${kind}/${subject}`,
      kind,
      subject,
      severity: 'high',
      since: null,
      cause: `${subject} is broken`,
    },
    affected: affected('device', [`${subject}-1`]),
    places: [],
    contacts: [],
    ...more,
  };
}

function observation(conditions: readonly Condition[], absent: readonly string[] = []): Observation {
  return { conditions, absent: new Set(absent), masters: null, isEverythingDown: false };
}

/** Observations one minute apart. @returns `PHASE KEY` of all messages, by minute */
function play(observations: readonly Observation[], from: IncidentState = noIncidents): string[][] {
  let state = from;
  return observations.map((one, minute) => {
    const next = advance(state, one, minute * minuteMs, times);
    state = next.state;
    return next.messages.map(phaseAndKey);
  });
}

function phaseAndKey({ phase, incident }: IncidentMessage): string {
  return `${phase} ${incident.key}`;
}

const down = (name: string, ...places: string[]) => condition('master-unreachable', name, { places });
const repeat = (one: Observation, count: number) => Array.from({ length: count }, () => one);
const unknown = observation([]);

it('announces a disturbance once it lasts, and its end once that lasts', () => {
  const isDown = observation([down('main')]);
  const isUp = observation([], ['master-unreachable/main']);
  expect(play([isDown, isDown, isDown, isUp, isUp, isUp, isUp])).toEqual([
    [],
    ['opened master-unreachable/main'],
    [],
    [],
    [],
    ['recovered master-unreachable/main'],
    [],
  ]);
});

it('keeps an incident open while nothing is known', () => {
  const isDown = observation([down('main')]);
  expect(play([isDown, isDown, ...repeat(unknown, 50)]).flat()).toEqual(['opened master-unreachable/main']);
});

it('says nothing about a disturbance that is shorter, until it has returned often', () => {
  const isDown = observation([down('main')]);
  const isUp = observation([], ['master-unreachable/main']);
  const flapping = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? isDown : isUp));
  expect(play(flapping).flat()).toEqual(['opened master-unreachable/main']);
});

it('sends fewer and fewer messages about what keeps returning', () => {
  const isDown = observation([down('main')]);
  const isUp = observation([], ['master-unreachable/main']);
  // Long enough for a message each time: 24 hours, up and down every 5 minutes.
  const day = Array.from({ length: 24 * 60 }, (_, minute) => (minute % 10 < 5 ? isDown : isUp));
  const messages = play(day).flat();
  expect(messages.length).toBeLessThan(6);
  expect(messages.filter((one) => one.startsWith('opened')).length).toBeGreaterThan(0);
});

describe('one cause', () => {
  it('is one incident for masters that share a site or a host, also through others', () => {
    const all = observation([
      down('a', 'site x'),
      down('b', 'site y'),
      down('c', 'site x', 'site y'),
      down('d'),
    ]);
    expect(play([all, all]).flat()).toEqual(['opened master-unreachable/a', 'opened master-unreachable/d']);
  });

  it('is one incident if no master responds', () => {
    const all = { ...observation([down('a'), down('b'), down('c')]), isEverythingDown: true };
    expect(play([all, all]).flat()).toEqual(['opened master-unreachable/a']);
  });

  it('includes what follows, with an update when it is twice as much', () => {
    const of = (count: number) =>
      observation(Array.from({ length: count }, (_, index) => down(`m${index}`, 'site x')));
    expect(play([of(1), of(1), of(2), of(2), of(3), of(3), of(4), of(4)]).flat()).toEqual([
      'opened master-unreachable/m0',
      'updated master-unreachable/m0',
      'updated master-unreachable/m0',
    ]);
  });

  it('is over when everything is, with one message', () => {
    const both = observation([down('a', 'site x'), down('b', 'site x')]);
    const one = observation([down('b', 'site x')], ['master-unreachable/a']);
    const none = observation([], ['master-unreachable/a', 'master-unreachable/b']);
    expect(play([both, both, ...repeat(one, 5), ...repeat(none, 5)]).flat()).toEqual([
      'opened master-unreachable/a',
      'recovered master-unreachable/a',
    ]);
  });
});

it('reports at once what stays until a person acts', () => {
  const drift = observation([condition('drift', 'main', { since: '2026-01-31T12:00:00.000Z' })]);
  const { messages } = advance(noIncidents, drift, Date.parse('2026-02-01'), times);
  expect(messages).toMatchObject([{ phase: 'opened', incident: { since: '2026-01-31T12:00:00.000Z' } }]);
});

it('ends what belonged to a master that left the lab', () => {
  const drift = observation([condition('drift', 'main')]);
  const left = { ...unknown, masters: new Set(['other']) };
  expect(play([drift, left, left, left]).flat()).toEqual(['opened drift/main', 'recovered drift/main']);
});

it('ends a worker by the list of its master', () => {
  const offline = observation([condition('worker-offline', 'main/rack-1')]);
  const listed = observation([], ['worker-offline/main']);
  expect(play([offline, offline, listed, listed, listed]).flat()).toEqual([
    'opened worker-offline/main/rack-1',
    'recovered worker-offline/main/rack-1',
  ]);
});

it('is not prolonged by a clock that was set back', () => {
  const isDown = observation([down('main')]);
  const later = advance(noIncidents, isDown, 1_000_000 * minuteMs, times);
  const back = advance(later.state, isDown, 0, times);
  expect(back.wakeAt).toBe(minuteMs);
  expect(advance(back.state, isDown, minuteMs, times).messages.map(phaseAndKey)).toEqual([
    'opened master-unreachable/main',
  ]);
});

it('writes what happened, since when, what is affected, what to do, and whom to ask', () => {
  const one = down('main');
  const contact = { name: 'Lab desk', email: 'desk@example.org', chat: '#lab' };
  const many = affected(
    'device',
    Array.from({ length: 200 }, (_, index) => `board-${String(index).padStart(3, '0')}`),
  );
  const state = advance(
    noIncidents,
    observation([{ ...one, cause: 'no response\nBcc: x@y', affected: many, contacts: [contact] }]),
    Date.parse('2026-02-01T10:00Z'),
    { ...times, confirmMs: 0 },
  );
  const [opened] = state.messages;
  if (opened === undefined) throw new Error('no message');
  const text = messageText(opened, '/lab');
  expect(text.subject).toBe('[lavaflow] OPEN: master main cannot be reached (200 devices)');
  expect(text.body).toContain('Started: 2026-02-01 10:00 UTC\n');
  expect(text.body).toContain('Likely cause: no response\\u000aBcc: x@y\n');
  expect(text.body).toContain('Affected: 200 devices: board-000, board-001,');
  expect(text.body).toContain('and 180 more\n');
  expect(text.body).toContain('Contact: Lab desk (desk@example.org, #lab)\n');
});
