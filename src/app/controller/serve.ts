/** Serves a controller over HTTP. Loaded only if it is requested: it needs a web server. */
import type { Controller, ControllerStatus } from '../../controller/index.js';
import type { Log } from '../../diagnostics/index.js';
import { createWebhookReceiver } from '../../github/index.js';
import { startStatusServer, type StatusServer } from '../../telemetry/index.js';
import { statusPage, statusPageFiles, statusPageVersion } from '../../web/index.js';
import type { StateDirectory } from '../state/index.js';
import { openDeliveries } from './deliveries.js';

/**
 * @param options.secret of webhooks; null: none are accepted
 * @throws ExternalError
 */
export async function serveController(options: {
  readonly listen: { readonly host: string; readonly port: number };
  readonly secret: string | null;
  readonly state: StateDirectory;
  readonly log: Log;
  readonly controller: Pick<Controller, 'wake'>;
  /** Woken when an issue was edited; null: nobody waits for that. */
  readonly issues: Pick<Controller, 'wake'> | null;
  readonly status: () => ControllerStatus;
}): Promise<StatusServer> {
  const { listen, secret, state, log, controller, issues, status } = options;
  const webhook =
    secret === null
      ? null
      : createWebhookReceiver({
          secret,
          memory: await openDeliveries(state),
          onPush: () => {
            controller.wake();
          },
          ...(issues === null
            ? {}
            : {
                onIssue: () => {
                  issues.wake();
                },
              }),
          now: () => Date.now(),
        });
  return startStatusServer({
    listen,
    status,
    page: { format: statusPage, version: statusPageVersion, files: statusPageFiles },
    webhook,
    log,
  });
}
