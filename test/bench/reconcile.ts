/**
 * Measures the reconciler against real masters, with the figures that the project promises. Run it with `npm run
 * bench:reconcile [-- stock SIZE... | fleet]`; without arguments it runs everything. The stock part requires Debian's
 * LAVA packages, root, and a LAVA on this machine that may be wiped (docs/stock-lava.md). Exits with 1 if a figure
 * exceeds its limit.
 */
import { availableParallelism, loadavg } from 'node:os';
import { benchFleet } from './reconcile/fleet.js';
import { Figures } from './reconcile/figures.js';
import { benchStock } from './reconcile/stock.js';

const [part, ...rest] = process.argv.slice(2);
const sizes = rest.length > 0 ? rest.map(Number) : [100, 1000, 10_000];
const figures = new Figures();
console.log(`${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1) ?? ''}`);
if (part === undefined || part === 'stock') await benchStock(sizes, figures);
if (part === undefined || part === 'fleet') await benchFleet(figures);
if (figures.over.length > 0) {
  console.log(`over the limit: ${figures.over.join('; ')}`);
  process.exitCode = 1;
}
