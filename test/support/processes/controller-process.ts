/** A controller in its own process, to be killed: `node FILE REPOSITORY MASTER RECORDS STATUS WRITE_MS`. */
import { reconcileWith, startController } from '../../../src/controller/index.js';
import { openLabRepository } from '../../../src/git/index.js';
import { openRecordStore } from '../../../src/records/index.js';
import { createLogger, openStatusFile } from '../../../src/telemetry/index.js';
import { fileMaster } from '../targets/file-master.js';
import { readTemplateLab } from '../lab/template-lab.js';

const [repository = '', master = '', records = '', statusFile = '', writeMs = '0'] = process.argv.slice(2);
const log = createLogger({ level: 'info', pretty: false }).logger;
const controller = await startController({
  source: await openLabRepository(repository),
  read: (snapshot) => Promise.resolve(readTemplateLab(snapshot)),
  connect: () => Promise.resolve(fileMaster(master, { writeMs: Number(writeMs) })),
  reconcile: reconcileWith(openRecordStore(records)),
  statusFile: openStatusFile(statusFile, (error) => {
    log.warn({ err: error }, 'status file not written');
  }),
  log,
});
process.on('SIGTERM', () => void controller.stop());
