import { describe, expect, test } from 'vitest';
import { method, type Caller } from '../../../src/master/api/xml-rpc/method.js';
import {
  anything,
  flag,
  optionalNumber,
  optionalText,
  optionalTexts,
  optionalWord,
  text,
  textOrNil,
  wholeNumber,
} from '../../../src/master/api/xml-rpc/parameters.js';
import { faultCodes, RpcFault, type XmlRpcValue } from '../../../src/xml-rpc/index.js';

const caller = {} as Caller;

const show = method({
  access: 'reader',
  help: '',
  parameters: {
    job_id: wholeNumber,
    name: text,
    reason: textOrNil,
    state: optionalWord(['Submitted', 'Finished']),
    types: optionalTexts,
    limit: optionalNumber(25),
    verbose: flag,
    note: optionalText,
    rest: anything,
  },
  call: (given) => JSON.stringify(given),
});

function given(...values: XmlRpcValue[]): unknown {
  return JSON.parse(show.call('x.show', values, caller) as string);
}

function faultOf(...values: XmlRpcValue[]): RpcFault {
  try {
    given(...values);
  } catch (error) {
    if (error instanceof RpcFault) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('the parameters of a method', () => {
  test('are passed by name; omitted ones and nil get their defaults', () => {
    const defaults = { state: null, types: null, limit: 25, verbose: false, note: null, rest: false };
    expect(given(1, 'a', null)).toEqual({ job_id: 1, name: 'a', reason: null, ...defaults });
    expect(given(1, 'a', null, null, null, null, null, null, null)).toEqual(given(1, 'a', null));
    expect(given('12', 'a', 'b', 'FINISHED', ['x'], '3', 1, 'c', 0)).toEqual({
      job_id: 12,
      name: 'a',
      reason: 'b',
      state: 'Finished',
      types: ['x'],
      limit: 3,
      verbose: true,
      note: 'c',
      rest: true,
    });
  });

  test('form its signature', () => {
    expect(show.signature).toBe(
      'job_id, name, reason, state=None, types=None, limit=None, verbose=None, note=None, rest=None',
    );
  });

  test.each<[string, XmlRpcValue[], string]>([
    ['too few', [1, 'a'], 'x.show accepts the parameters (job_id, name, reason, '],
    ['too many', [1, 'a', 'b', null, null, null, null, null, null, null], 'x.show accepts the parameters ('],
    ['a number that is not one', ['x', 'a', 'b'], 'job_id must be a whole number'],
    ['a fraction', [1.5, 'a', 'b'], 'job_id must be a whole number'],
    ['a string that is not one', [1, 2, 'b'], 'name must be a string'],
    ['nil for a string', [1, null, 'b'], 'name must be a string'],
    ['a list that is not one', [1, 'a', 'b', null, 'x'], 'types must be a list of strings'],
    ['a list of something else', [1, 'a', 'b', null, [1]], 'types must be a list of strings'],
  ])('%s: a fault', (_what, values, message) => {
    const fault = faultOf(...values);
    expect(fault.code).toBe(faultCodes.invalidParameters);
    expect(fault.message).toContain(message);
  });

  test('a word that LAVA does not know: fault 400, as on LAVA', () => {
    const fault = faultOf(1, 'a', 'b', 'Splendid');
    expect([fault.code, fault.message]).toEqual([400, "Invalid state 'Splendid'"]);
  });
});
