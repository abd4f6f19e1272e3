/** The controller on a real lab and a real embedded master, to be killed: `node FILE LAB URL TOKEN RECORDS STATUS`. */
import { reconcileWith, startController } from '../../../src/controller/index.js';
import { openLabRepository } from '../../../src/git/index.js';
import { loadLab } from '../../../src/lab/index.js';
import { createMasterTarget } from '../../../src/lava/index.js';
import { openRecordStore } from '../../../src/records/index.js';
import { createLogger, openStatusFile } from '../../../src/telemetry/index.js';

const [lab = '', url = '', token = '', records = '', statusFile = ''] = process.argv.slice(2);
const log = createLogger({ level: 'info', pretty: false }).logger;
const controller = await startController({
  source: await openLabRepository(lab),
  read: ({ revision, files }) => Promise.resolve({ revision, ...loadLab(files) }),
  connect: ({ address }) =>
    Promise.resolve('embedded' in address ? createMasterTarget({ url, token }) : null),
  reconcile: reconcileWith(openRecordStore(records)),
  statusFile: openStatusFile(statusFile, (error) => {
    log.warn({ err: error }, 'status file not written');
  }),
  log,
});
process.on('SIGTERM', () => void controller.stop());
