import { expect, test } from 'vitest';
import { proxiesAmong } from '../../../src/net/index.js';

test('proxies on this machine are trusted, and those that are listed', () => {
  const isProxy = proxiesAmong(['10.0.0.7', '10.1.0.0/16', '2001:db8::/32']);
  const addresses = ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.7', '10.1.255.1', '2001:db8:1::5'];
  expect(addresses.filter((address) => !isProxy(address))).toEqual([]);
  const others = ['10.0.0.8', '127.0.0.2', '10.2.0.1', '2001:db9::1', '', 'proxy'];
  expect(others.filter(isProxy)).toEqual([]);
});

test.each(['proxy', '10.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '10.0.0.0/-1', ''])(
  'not an address: %j',
  (text) => {
    expect(() => proxiesAmong([text])).toThrow('is not the address of a proxy');
  },
);
