import type { ControllerStatus } from '../../controller/index.js';
import type { Log } from '../../diagnostics/index.js';
import type { LabReading } from '../lab/index.js';
import type { LabPlace } from '../state/index.js';
import { IncidentWatch, type IncidentsNow } from './incident-watch.js';
import { observe } from './observe.js';
import { outlineOf, type LabOutline } from './outline.js';
import { openNotifications } from './settings.js';
import { openIncidentStore } from './store.js';

/** The status of the controller, and what it means. */
export type ReportedStatus = ControllerStatus & IncidentsNow;

/** The incidents of a running controller. */
export interface Incidents {
  /** The lab was read. */
  take(lab: Pick<LabReading, 'lab' | 'reach'>): void;
  observe(status: ControllerStatus): void;
  /** The status with the incidents. */
  report(status: ControllerStatus): ReportedStatus;
  stop(): Promise<void>;
}

/** Less than a controller has to stop. */
const graceMs = 3_000;

/**
 * @param options.file the file with the notifications; default: `.lavaflow/notifications.yaml`
 * @throws UsageError
 * @throws ExternalError
 */
export async function openIncidents(options: {
  readonly place: LabPlace;
  readonly repository: string;
  readonly file: string | undefined;
  readonly log: Log;
  readonly addSecret: (secret: string) => void;
  readonly onChange: () => void;
}): Promise<Incidents> {
  const { place, repository, file, log, addSecret, onChange } = options;
  const { times, channels } = await openNotifications(place, file, addSecret);
  const store = openIncidentStore(place.state);
  const watch = await IncidentWatch.open({ lab: repository, store, channels, times, onChange, log });
  let outline: LabOutline | null = null;
  return {
    take({ lab, reach }) {
      if (lab !== null) outline = outlineOf(lab, reach.workers);
    },
    observe(status) {
      watch.observe(observe(status, outline));
    },
    report: (status) => ({ ...status, ...watch.now() }),
    stop: () => watch.stop(graceMs),
  };
}
