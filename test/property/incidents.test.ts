/** Laws of incidents: nothing is announced twice, nothing is lost, and what is not known ends nothing. */
import fc from 'fast-check';
import { expect, it } from 'vitest';

import {
  advance,
  affected,
  noIncidents,
  type Condition,
  type IncidentMessage,
  type IncidentState,
  type Observation,
} from '../../src/report/index.js';

const times = { confirmMs: 60_000, recoverMs: 120_000 };
const dayMs = 24 * 60 * 60_000;
const masters = ['a', 'b', 'c', 'd', 'e'];
const kinds = [
  'master-unreachable',
  'access-denied',
  'drift',
  'upstream',
  'incomplete',
  'worker-offline',
] as const;

const condition: fc.Arbitrary<Condition> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    master: fc.constantFrom(...masters),
    count: fc.integer({ min: 0, max: 300 }),
    places: fc.subarray(['site x', 'site y', 'host z']),
    severity: fc.constantFrom('low', 'medium', 'high'),
  })
  .map(({ kind, master, count, places, severity }) => {
    const subject = kind === 'worker-offline' ? `${master}/rack` : master;
    return {
      ...{ key: `${kind}/${subject}`, kind, subject, severity, since: null, cause: 'a cause', contacts: [] },
      affected: affected(
        'device',
        Array.from({ length: count }, (_, index) => `${master}-${index}`),
      ),
      places,
    };
  });
const conditions = fc.uniqueArray(condition, { selector: ({ key }) => key, maxLength: 12 });
const allKeys = kinds.flatMap((kind) => masters.map((master) => `${kind}/${master}`));

function observed(
  shown: readonly Condition[],
  known: readonly string[],
  isEverythingDown = false,
): Observation {
  return { conditions: shown, absent: new Set(known), masters: null, isEverythingDown };
}

const observation = fc
  .tuple(conditions, fc.subarray(allKeys), fc.boolean())
  .map(([shown, known, isDown]) => observed(shown, known, isDown));
/** Observations and the time until the next one. */
const history = fc.array(fc.tuple(observation, fc.integer({ min: 0, max: 10 * 60_000 })), { maxLength: 20 });

interface Played {
  readonly state: IncidentState;
  readonly nowMs: number;
  readonly messages: readonly IncidentMessage[];
}

function play(steps: readonly (readonly [Observation, number])[], from?: Played): Played {
  let state = from?.state ?? noIncidents;
  let nowMs = from?.nowMs ?? Date.parse('2026-01-01');
  const messages: IncidentMessage[] = [];
  for (const [one, waitMs] of steps) {
    // As when it is stored in between, and the controller was killed.
    const next = advance(JSON.parse(JSON.stringify(state)) as IncidentState, one, nowMs, times);
    state = next.state;
    messages.push(...next.messages);
    nowMs += waitMs;
  }
  return { state, nowMs, messages };
}

it('the same observations again cause no messages', () => {
  fc.assert(
    fc.property(history, observation, (before, last) => {
      // A day: whatever is to be confirmed or over by then, is.
      const settled = play([...before, [last, 0], [last, dayMs], [last, 0], [last, dayMs], [last, 0]]);
      const again = play(
        Array.from({ length: 30 }, () => [last, 7 * 60_000] as const),
        settled,
      );
      expect(again.messages).toEqual([]);
    }),
  );
});

it('the order of what is observed changes neither keys nor messages', () => {
  fc.assert(
    fc.property(conditions, fc.boolean(), fc.infiniteStream(fc.nat()), (shown, isDown, numbers) => {
      const random = numbers[Symbol.iterator]();
      const order = new Map(shown.map((one) => [one, Number(random.next().value)]));
      const shuffled = [...shown].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
      const run = (all: readonly Condition[]) =>
        play([
          [observed(all, [], isDown), dayMs],
          [observed(all, [], isDown), 0],
        ]);
      expect(run(shuffled)).toEqual(run(shown));
    }),
  );
});

it('each incident is opened once and, when everything is well, recovered once', () => {
  fc.assert(
    fc.property(history, (before) => {
      const well = observed([], allKeys);
      const { state, messages } = play([...before, [well, dayMs], [well, 0]]);
      expect(state.incidents).toEqual([]);
      const open = new Set<string>();
      for (const { phase, incident } of messages) {
        expect(open.has(incident.key)).toBe(phase !== 'opened');
        if (phase === 'opened') open.add(incident.key);
        if (phase === 'recovered') open.delete(incident.key);
      }
      expect([...open]).toEqual([]);
    }),
  );
});

it('what is unknown ends nothing', () => {
  fc.assert(
    fc.property(history, fc.nat({ max: 100 }), (before, steps) => {
      const then = play(before);
      const open = then.state.incidents.filter(({ state }) => state === 'open').map(({ key }) => key);
      const { state, messages } = play(
        Array.from({ length: steps }, () => [observed([], []), 10 * 60_000] as const),
        then,
      );
      expect(
        messages.filter(({ phase, incident }) => phase === 'recovered' && open.includes(incident.key)),
      ).toEqual([]);
      expect(state.incidents.map(({ key }) => key)).toEqual(expect.arrayContaining(open));
    }),
  );
});

it('every condition belongs to one incident, and what lasts is announced', () => {
  fc.assert(
    fc.property(history, observation, (before, last) => {
      const { state } = play([...before, [last, dayMs], [last, dayMs], [last, 0]]);
      const members = state.incidents.flatMap((one) => one.members.map((each) => each.condition.key));
      expect(new Set(members).size).toBe(members.length);
      for (const { key } of last.conditions) {
        const owner = state.incidents.find((one) => one.members.some((each) => each.condition.key === key));
        expect(owner?.state).toBe('open');
      }
    }),
  );
});
