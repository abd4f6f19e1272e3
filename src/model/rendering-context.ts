/**
 * The variables that a dictionary is rendered with: those of the job, and which device it is for, as LAVA does since
 * 2026.07 (`base.jinja2` puts both into the configuration). Templates of older releases do not ask for them.
 * @param deviceType null: not known
 */
export function renderingContext(
  hostname: string,
  deviceType: string | null,
  jobContext: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    ...jobContext,
    scheduled_device_name: hostname,
    ...(deviceType === null ? {} : { scheduled_device_type: deviceType }),
  };
}
