/**
 * A job's context reaches the configuration of its device through the templates. A rendered configuration does not show
 * which of its words come from the job, and a comparison of texts cannot find out (YAML has several ways to write a word).
 * So if the context contains anything that could become an option of QEMU, all options are judged as the job's own.
 */

/** Variables that the templates of LAVA and of the sample lab use for one word, which cannot have other effects. */
const harmless: ReadonlyMap<string, RegExp> = new Map([
  ['arch', /^\w+$/],
  ['no_kvm', /^\w*$/],
  ['memory', /^\d+[kKmMgG]?$/],
  ['cpu', /^[A-Za-z0-9][\w.-]*$/],
  ['machine', /^[A-Za-z0-9][\w.-]*$/],
  ['mac_addr', /^[0-9a-fA-F:]+$/],
  ['guestfs_size', /^\d+$/],
  ['guestfs_driveid', /^\w+$/],
  ['guestfs_interface', /^\w+$/],
]);

/** The variables of a job's context that may have changed the options of its device. */
export function variablesForOptions(context: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(context).flatMap(([name, value]) => {
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) return [];
    return typeof value === 'string' && harmless.get(name)?.test(value) === true ? [] : [name];
  });
}

/**
 * The variables that contain a line break, with which a text could add keys to the configuration, such as another
 * command that connects to the device.
 */
export function variablesWithLineBreaks(context: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(context).flatMap(([name, value]) => (hasLineBreak(value) ? [name] : []));
}

function hasLineBreak(value: unknown): boolean {
  // As in YAML 1.1.
  if (typeof value === 'string') return /[\n\r\u0085\u2028\u2029]/.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => hasLineBreak(key) || hasLineBreak(item));
}
