/**
 * What others connect to: opens a port, limits connections, and knows which addresses count as one client and which are
 * proxies. For every room with a server.
 */
export { limitConnections, type ConnectionLimits } from './connections.js';
export { listen, urlHost, type ListenAddress } from './listen.js';
export { networkOf } from './network.js';
export { proxiesAmong } from './proxies.js';
