import { BlockList, isIP } from 'node:net';
import { UsageError } from '../diagnostics/index.js';

/** A TLS proxy on this machine. */
const onThisMachine = ['127.0.0.1', '::1'];

/**
 * Returns whether an address is that of a proxy whose `X-Forwarded-For` names its clients. Proxies on this machine are.
 * @param others addresses and networks of other ones, such as `10.0.0.7` or `10.0.0.0/24`
 * @throws UsageError when one of them is neither
 */
export function proxiesAmong(others: readonly string[]): (address: string) => boolean {
  const proxies = new BlockList();
  for (const text of [...onThisMachine, ...others]) {
    const [address = '', bits, ...rest] = text.split('/');
    const version = isIP(address);
    const mostBits = version === 4 ? 32 : 128;
    const prefix = bits === undefined ? mostBits : Number(bits);
    if (version === 0 || rest.length > 0 || !/^\d+$/.test(bits ?? '0') || prefix > mostBits) {
      throw new UsageError(
        `${text} is not the address of a proxy`,
        'Specify an IP address or a network, such as 10.0.0.7 or 10.0.0.0/24.',
      );
    }
    proxies.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && proxies.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
}
