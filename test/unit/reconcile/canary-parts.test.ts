import { describe, expect, it } from 'vitest';
import { fieldsOf, type ConfigurationObject, type FieldValue } from '../../../src/model/index.js';
import { undoChanges, unprovenOf } from '../../../src/reconcile/canary/undo.js';
import { verdictOn } from '../../../src/reconcile/canary/verdict.js';
import type { Board } from '../../../src/reconcile/index.js';
import { device, template } from '../../support/lab/desired.js';
import { observedMaster } from '../../support/lab/plan-of.js';

describe('the result of a health check', () => {
  const idle: Board = { health: 'Unknown', state: 'Idle', lastHealthCheck: '7' };

  it.each<[string, Board | undefined, string, RegExp | null]>([
    ['the device no longer exists', undefined, 'bad', /the device no longer exists/],
    ['it is about to start', { ...idle, state: 'Reserved' }, 'waiting', null],
    ['it runs', { health: 'Good', state: 'Running', lastHealthCheck: '8' }, 'waiting', null],
    ['it did not begin yet', idle, 'waiting', null],
    ['it passed', { health: 'Good', state: 'Idle', lastHealthCheck: '8' }, 'good', null],
    ['it failed', { health: 'Bad', state: 'Idle', lastHealthCheck: '8' }, 'bad', /job 8, left it Bad/],
    ['there was none', { ...idle, health: 'Bad' }, 'bad', /cannot use its configuration/],
    ['somebody was faster', { ...idle, health: 'Maintenance' }, 'bad', /somebody set it to Maintenance/],
  ])('%s', (_what, board, state, reason) => {
    const verdict = verdictOn(board, '7');
    expect(verdict.state).toBe(state);
    if (reason !== null) expect('reason' in verdict ? verdict.reason : '').toMatch(reason);
  });
});

describe('reverting what was not proven', () => {
  const written = (object: ConfigurationObject, before: Readonly<Record<string, FieldValue>> | null) =>
    unprovenOf([
      {
        key: `${object.kind}/${object.name}`,
        verb: before === null ? 'create' : 'update',
        cause: 'this change',
        object,
        fields: Object.entries(fieldsOf(object)).map(([field, after]) => ({
          field,
          before: before?.[field],
          after,
          cause: 'this change',
        })),
      },
    ]);
  const undone = (unproven: ReturnType<typeof written>, now: readonly ConfigurationObject[]) =>
    undoChanges(unproven, observedMaster(now)).map(({ verb, key, fields }) => [
      `${verb} ${key}`,
      ...fields.map(({ field, after }) => [field, after]),
    ]);
  const fresh = template('fresh', 'new\n');
  const board = device('b', { tags: ['new'], description: 'new' });
  const old = { ...fieldsOf(device('b')), tags: ['old'], description: 'old' };

  it('deletes a new file, and restores old values', () => {
    expect(undone(written(fresh, null), [fresh])).toEqual([['delete template/fresh']]);
    expect(undone(written(board, old), [board])).toContainEqual(
      expect.arrayContaining(['update device/b', ['tags', ['old']], ['description', 'old']]),
    );
  });

  it('leaves alone what somebody else has written since, and what no longer exists', () => {
    expect(undone(written(fresh, null), [template('fresh', 'of somebody else\n')])).toEqual([]);
    expect(undone(written(fresh, null), [])).toEqual([]);
    const [change = []] = undone(written(board, old), [
      device('b', { tags: ['new'], description: 'of somebody else' }),
    ]);
    expect(change).toContainEqual(['tags', ['old']]);
    expect(change).not.toContainEqual(['description', 'old']);
  });
});
