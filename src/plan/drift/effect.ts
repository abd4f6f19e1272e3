/**
 * The effect of drift in a dictionary or template on the configurations that use it:
 * - `breaks`: a device that had a configuration has none that LAVA could use;
 * - `rejects`: a device that LAVA accepted has a configuration that LAVA rejects, so it becomes Bad;
 * - `changes`: a device has a different one;
 * - `hidden`: all devices have the same one, but a job with its own context may get a different one;
 * - `nothing`: the text differs only in comments and white space, or no device uses it.
 */
export type DriftEffect = 'breaks' | 'rejects' | 'changes' | 'hidden' | 'nothing';
