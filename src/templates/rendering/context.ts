/** The device that a dictionary is rendered for. */
export interface RenderedDevice {
  readonly hostname: string;
  /** null: unknown. */
  readonly deviceType: string | null;
}

/**
 * The variables for rendering a dictionary: the job's context, and the device that the job runs on (LAVA 2026.06 and
 * later; `base.jinja2` writes both to the configuration). Templates of older releases do not use them.
 * @param device null: only the job's context, as in older releases
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
