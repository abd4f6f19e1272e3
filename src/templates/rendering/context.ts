import type { ReleaseNumber } from '../../model/index.js';
import { namesDevice } from './release-rules.js';

/** The device that a dictionary is rendered for. */
export interface RenderedDevice {
  readonly hostname: string;
  /** null: unknown. */
  readonly deviceType: string | null;
}

/**
 * The variables for rendering a dictionary: the job's context, and the device that the job runs on (LAVA 2026.06 and
 * later, whose `base.jinja2` writes both to the configuration).
 * @param device null: only the job's context
 */
export function renderingContext(
  device: RenderedDevice | null,
  release: ReleaseNumber,
  jobContext: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  if (device === null || !namesDevice(release)) return jobContext;
  const { hostname, deviceType } = device;
  return {
    ...jobContext,
    scheduled_device_name: hostname,
    ...(deviceType === null ? {} : { scheduled_device_type: deviceType }),
  };
}
