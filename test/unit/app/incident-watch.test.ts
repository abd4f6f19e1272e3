/** Messages are sent once, in order, and stored before and after. */
import { expect, it } from 'vitest';

import { IncidentWatch } from '../../../src/app/incidents/incident-watch.js';
import { ExternalError } from '../../../src/diagnostics/index.js';
import {
  affected,
  type Condition,
  type NotificationChannel,
  type Observation,
  type StoredIncidents,
} from '../../../src/report/index.js';
import { eventually } from '../../support/until.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function condition(name: string): Condition {
  return {
    ...{
      key: `drift/${name}`,
      kind: 'drift',
      subject: name,
      severity: 'medium',
      since: null,
      cause: 'a change',
    },
    ...{ affected: affected('object', ['x']), places: [], contacts: [] },
  };
}

function seen(names: readonly string[], absent: readonly string[] = []): Observation {
  return {
    conditions: names.map(condition),
    absent: new Set(absent.map((name) => `drift/${name}`)),
    ...{ masters: null, isEverythingDown: false },
  };
}

/** A store that survives, and can fail. */
class Store {
  stored: StoredIncidents | null = null;
  isFull = false;

  read(): Promise<StoredIncidents | null> {
    return Promise.resolve(this.stored);
  }

  write(stored: StoredIncidents): Promise<void> {
    if (this.isFull) return Promise.reject(failure('soon'));
    this.stored = JSON.parse(JSON.stringify(stored)) as StoredIncidents;
    return Promise.resolve();
  }
}

function failure(retry: ExternalError['retry']): ExternalError {
  return new ExternalError({ what: 'send', where: 'here', why: 'it failed', retry });
}

interface TestChannel extends NotificationChannel {
  readonly sent: string[];
  answer: ExternalError['retry'] | 'ok' | 'hang';
}

function channel(name: string): TestChannel {
  const sent: string[] = [];
  const one: TestChannel = {
    ...{ name, sent, answer: 'ok' },
    async send({ message }, signal) {
      if (one.answer === 'hang') {
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        });
      }
      if (one.answer !== 'ok' && one.answer !== 'hang') throw failure(one.answer);
      sent.push(`${message.phase} ${message.incident.key}`);
      return null;
    },
  };
  return one;
}

function open(store: Store, channels: readonly NotificationChannel[]): Promise<IncidentWatch> {
  const times = { confirmMs: 0, recoverMs: 0 };
  return IncidentWatch.open({
    lab: '/lab',
    store,
    channels,
    times,
    onChange: () => undefined,
    log,
    firstRetryMs: 1,
  });
}

it('sends what happened once, also after a restart, and to each channel that works', async () => {
  const store = new Store();
  const [good, bad, rejecting] = [channel('good'), channel('bad'), channel('rejecting')];
  bad.answer = 'after-change';
  rejecting.answer = 'never';
  const first = await open(store, [good, bad, rejecting]);
  first.observe(seen(['a']));
  first.observe(seen(['a', 'b']));
  await eventually(() => {
    expect(good.sent).toEqual(['opened drift/a', 'opened drift/b']);
    expect(first.now().channels).toMatchObject([
      { name: 'good', state: 'ok', waiting: 0 },
      { name: 'bad', state: 'failing', retry: 'after-change', waiting: 2 },
      { name: 'rejecting', state: 'failing', retry: 'never', waiting: 0 },
    ]);
  });
  await first.stop(0);
  bad.answer = 'ok';
  const second = await open(store, [good, bad, rejecting]);
  second.observe(seen(['b'], ['a']));
  await eventually(() => {
    expect(bad.sent).toEqual(['opened drift/a', 'opened drift/b', 'recovered drift/a']);
    expect(good.sent).toEqual(['opened drift/a', 'opened drift/b', 'recovered drift/a']);
  });
  await second.stop(0);
});

it('sends nothing that is not stored, and everything once it can be', async () => {
  const store = new Store();
  const good = channel('good');
  store.isFull = true;
  const watch = await open(store, [good]);
  watch.observe(seen(['a']));
  watch.observe(seen(['a']));
  await watch.stop(0);
  expect(good.sent).toEqual([]);
  store.isFull = false;
  const next = await open(store, [good]);
  next.observe(seen(['a']));
  await eventually(() => {
    expect(good.sent).toEqual(['opened drift/a']);
  });
  await next.stop(0);
});

it('sends again what it was sending when it stopped, and only that', async () => {
  const store = new Store();
  const slow = channel('slow');
  slow.answer = 'hang';
  const watch = await open(store, [slow]);
  watch.observe(seen(['a']));
  await eventually(() => {
    expect(store.stored?.waiting).toHaveLength(1);
  });
  await watch.stop(0);
  slow.answer = 'ok';
  const next = await open(store, [slow]);
  next.observe(seen(['a']));
  await eventually(() => {
    expect(store.stored?.waiting).toEqual([]);
  });
  await next.stop(0);
  expect(slow.sent).toEqual(['opened drift/a']);
});

it('forgets what waits for a channel that is gone', async () => {
  const store = new Store();
  const bad = channel('bad');
  bad.answer = 'after-change';
  const watch = await open(store, [bad]);
  watch.observe(seen(['a']));
  await eventually(() => {
    expect(store.stored?.waiting).toHaveLength(1);
  });
  await watch.stop(0);
  const next = await open(store, [channel('other')]);
  next.observe(seen(['a', 'b']));
  await eventually(() => {
    expect(store.stored?.waiting).toEqual([]);
    expect(next.now().incidents.map(({ key }) => key)).toEqual(['drift/a', 'drift/b']);
  });
  await next.stop(0);
});
