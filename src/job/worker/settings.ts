/**
 * The key `lavaflow` of a worker's dispatcher.yaml: what jobs may use of the worker (docs/jobs.md#what-a-job-may-use). LAVA's
 * own worker ignores the key. Jobs cannot set any of this; only the lab repo can.
 */
import { asMapping, formatYamlProblem, isMapping, parseYaml } from '../../pyyaml/index.js';

const mebibyte = 2 ** 20;

export interface JobLimits {
  /** The log of a job, as it is stored. */
  readonly logBytes: number;
  readonly logLines: number;
  /** How fast the log may grow for longer than a few seconds. */
  readonly logBytesPerSecond: number;
  /** One image, as it is downloaded, and after it is unpacked. */
  readonly downloadBytes: number;
  readonly imageBytes: number;
  /** Everything that a job stores on the worker, besides its log. */
  readonly diskBytes: number;
  /** What must stay free on the disk. */
  readonly freeDiskBytes: number;
}

export interface WorkerSettings {
  readonly limits: JobLimits;
  /** Directories from which jobs may read `file://` images. */
  readonly imageDirectories: readonly string[];
  /** Options of QEMU that jobs may use, with any value, besides those in docs/jobs.md. */
  readonly qemuOptions: readonly string[];
}

/** The keys of `lavaflow.limits`, what their numbers count, and their defaults. */
const limitKeys = {
  log_mib: ['logBytes', mebibyte, 256],
  log_lines: ['logLines', 1, 2_000_000],
  log_kib_per_second: ['logBytesPerSecond', 1024, 1024],
  download_mib: ['downloadBytes', mebibyte, 16 * 1024],
  image_mib: ['imageBytes', mebibyte, 32 * 1024],
  disk_mib: ['diskBytes', mebibyte, 64 * 1024],
  free_disk_mib: ['freeDiskBytes', mebibyte, 512],
} as const satisfies Readonly<Record<string, readonly [keyof JobLimits, number, number]>>;

/** Where scripts/make-images.sh puts the images of the examples. */
const defaultImageDirectories = ['/var/tmp/lavaflow/images'];

export type ReadWorkerSettings =
  { readonly ok: true; readonly settings: WorkerSettings } | { readonly ok: false; readonly problem: string };

/** Reads the settings from the text of a dispatcher.yaml. What is absent has its default. */
export function readWorkerSettings(text: string): ReadWorkerSettings {
  const parsed = parseYaml(text);
  if (!parsed.ok) return failed(`it is not readable YAML: ${formatYamlProblem(parsed.problem)}`);
  const root = asMapping(parsed.value ?? {});
  if (root === undefined) return failed('it is not a mapping');
  const own = root['lavaflow'] ?? {};
  if (!isMapping(own)) return failed('lavaflow: it is not a mapping');
  const given = own['limits'] ?? {};
  if (!isMapping(given)) return failed('lavaflow.limits: it is not a mapping');
  const limits = Object.fromEntries(
    Object.entries(limitKeys).map(([key, [name, unit, fallback]]) => {
      const value = given[key] ?? fallback;
      return [name, typeof value === 'number' && Number.isSafeInteger(value) ? value * unit : -1];
    }),
  ) as unknown as JobLimits;
  for (const [key, [name]] of Object.entries(limitKeys)) {
    if (limits[name] < 0) return failed(`lavaflow.limits.${key}: it is not a whole number`);
  }
  const imageDirectories = own['image_directories'] ?? defaultImageDirectories;
  if (!isTexts(imageDirectories) || !imageDirectories.every((path) => path.startsWith('/'))) {
    return failed('lavaflow.image_directories: it is not a list of absolute paths');
  }
  const qemuOptions = own['qemu_options'] ?? [];
  if (!isTexts(qemuOptions)) return failed('lavaflow.qemu_options: it is not a list of options');
  return { ok: true, settings: { limits, imageDirectories, qemuOptions } };
}

function failed(problem: string): ReadWorkerSettings {
  return { ok: false, problem };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
