/** Embedded masters in one process: `node masters-process.js DIRECTORY COUNT`. Ends when its standard input ends. */
import { join } from 'node:path';
import { startMaster } from '../../../src/master/index.js';

const [directory = '', count = ''] = process.argv.slice(2);
const anywhere = { host: '127.0.0.1', port: 0 };
const silent = (): void => undefined;
const masters = await Promise.all(
  Array.from({ length: Number(count) }, (_, index) =>
    startMaster({
      stateDir: join(directory, `master-${index}`),
      http: anywhere,
      control: anywhere,
      logs: anywhere,
      log: {
        info: silent,
        warn: silent,
        error: (_details, message) => {
          console.error(message);
        },
      },
    }),
  ),
);
console.log(
  JSON.stringify(masters.map(({ url, reconcilerTokenFile }) => ({ url, tokenFile: reconcilerTokenFile }))),
);
process.stdin.resume();
process.stdin.once('end', () => {
  void Promise.all(masters.map((master) => master.stop())).then(() => process.exit(0));
});
