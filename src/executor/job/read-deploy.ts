import {
  literal,
  mapping,
  matching,
  optional,
  record,
  refused,
  required,
  text,
  type Problems,
} from './check.js';
import type { DeployBlock, DeployImage } from './definition.js';
import { commonFields, toCommon } from './read-block.js';

const notDelivered = 'overlays are not put into images here; inline tests are typed over the console';

const image = mapping({
  url: required(text),
  headers: optional(record(text)),
  compression: optional(compression),
  md5sum: optional(hex(32)),
  sha256sum: optional(hex(64)),
  sha512sum: optional(hex(128)),
  image_arg: optional(text),
  archive: refused('archives are not unpacked here'),
  format: refused('images are used as they are; formats are not converted here'),
  overlays: refused(notDelivered),
  partition: refused(notDelivered),
  sparse: refused(notDelivered),
});

const block = mapping({
  ...commonFields,
  to: required(literal('tmpfs')),
  images: required(record(image)),
  type: optional(literal('monitor')),
  os: optional(text),
  uefi: refused('UEFI images are not deployed here'),
  authorize: refused('ssh deployments are not run here'),
  'connection-namespace': refused('deploy needs no connection'),
});

/** `deploy: {to: tmpfs, images: {...}}`; every other destination is refused. */
export function readDeploy(value: unknown, path: string, problems: Problems): DeployBlock | undefined {
  const read = block(value, path, problems);
  if (read === undefined) return undefined;
  const images: DeployImage[] = [];
  for (const [label, item] of read.images) {
    const where = `${path}.images.${label}`;
    if (!/^[\w.-]+$/.test(label) || label === '.' || label === '..') {
      problems.push(`${where}: an image's label may have letters, digits, '.', '_' and '-'`);
      continue;
    }
    const url = readUrl(item.url, `${where}.url`, problems);
    if (url === undefined) continue;
    const sums = [
      ['md5', item.md5sum],
      ['sha256', item.sha256sum],
      ['sha512', item.sha512sum],
    ] as const;
    images.push({
      label,
      url,
      headers: Object.fromEntries(item.headers ?? []),
      compression: item.compression,
      checksums: new Map(
        sums.flatMap(([name, sum]) => (sum === undefined ? [] : [[name, sum.toLowerCase()] as const])),
      ),
      imageArg: item.image_arg,
    });
  }
  if (read.images.size === 0) problems.push(`${path}.images: must not be empty`);
  return { kind: 'deploy', ...toCommon(read, path, problems), images };
}

function readUrl(given: string, path: string, problems: Problems): URL | undefined {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    problems.push(`${path}: ${JSON.stringify(given)} is not a URL`);
    return undefined;
  }
  if (!['file:', 'http:', 'https:'].includes(url.protocol)) {
    problems.push(`${path}: ${url.protocol}// is not fetched here, only file, http and https`);
    return undefined;
  }
  if (url.protocol === 'file:' && url.host !== '') {
    problems.push(`${path}: a file URL with a host (write file:///path)`);
    return undefined;
  }
  if (url.pathname.endsWith('/')) {
    problems.push(`${path}: is a directory, not a file`);
    return undefined;
  }
  return url;
}

function compression(
  value: unknown,
  path: string,
  problems: Problems,
): 'gz' | 'bz2' | 'xz' | 'zstd' | undefined {
  if (value === null) return undefined;
  if (value === 'zip') {
    problems.push(`${path}: zip files are not unpacked here`);
    return undefined;
  }
  return literal('gz', 'bz2', 'xz', 'zstd')(value, path, problems);
}

function hex(digits: number) {
  return matching(new RegExp(`^[0-9A-Fa-f]{${digits}}$`), `a checksum of ${digits} hex digits`);
}
