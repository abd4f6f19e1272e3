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

/**
 * What one rendering may take, wherever it is made: what the lab was checked with, a plan and a master do as well. LAVA's
 * own templates need a hundredth of it.
 */
export const renderingLimits = { steps: 500_000, timeMs: 1_000, outputBytes: 1024 * 1024 } as const;
