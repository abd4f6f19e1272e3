/** Workers over ZeroMQ: LAVA's protocol 3 with CURVE (docs/wire.md). */
export { startGateway, type Gateway, type GatewayOptions } from './gateway.js';
