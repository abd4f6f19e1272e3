/** The device that a dictionary is rendered for. */
export interface RenderedDevice {
  readonly hostname: string;
  /** null: not known. */
  readonly deviceType: string | null;
}

/**
 * The variables that a dictionary is rendered with: the job's context, and the device that the job runs on (LAVA 2026.06
 * and later; `base.jinja2` puts both into the configuration). Templates of older releases do not use them.
 * @param device null: only the job's context, as LAVA did before
 */
export function renderingContext(
  device: RenderedDevice | null,
  jobContext: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  if (device === null) return jobContext;
  const { hostname, deviceType } = device;
  return {
    ...jobContext,
    scheduled_device_name: hostname,
    ...(deviceType === null ? {} : { scheduled_device_type: deviceType }),
  };
}
