/** A simulated board: U-Boot and a small Linux on a serial line, with switchable power and faults on request (docs/simulated-board.md). */
export { connectBoard } from './daemon/connect.js';
export { controlBoard } from './daemon/control.js';
export { boardDirectory } from './daemon/register.js';
export { serveBoard, type ServedBoard, type ServeOptions } from './daemon/serve.js';
