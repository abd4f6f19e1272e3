/**
 * What the drift of a dictionary or template does to the configurations that are made of it:
 * - `breaks`: a device that had a configuration has none that LAVA could use;
 * - `changes`: a device has another one;
 * - `hidden`: all devices have the same, though a job's context may bring out a difference;
 * - `nothing`: the text differs in comments and blank space alone, or no device is made of it.
 */
export type DriftEffect = 'breaks' | 'changes' | 'hidden' | 'nothing';
