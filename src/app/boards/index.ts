/** Simulated boards: serve them, connect to their consoles, control their power and faults. */
export { connectToBoard, controlBoard, serveBoards, type BoardServing } from './boards.js';
