import { isMapping } from '../../pyyaml/index.js';
import type { Compression, DeployBlock, DeployImage, OtherBlock } from '../definition.js';
import { commonFields, toCommon } from './block.js';
import { mapping, optional, record, reportMissing, required } from './collections.js';
import type { Place } from './place.js';
import { anything, literal, matching, text } from './values.js';

const image = mapping({
  url: required(text),
  headers: optional(record(text)),
  compression: optional(compression),
  md5sum: optional(hex(32)),
  sha256sum: optional(hex(64)),
  sha512sum: optional(hex(128)),
  image_arg: optional(text),
  archive: optional(anything),
  format: optional(anything),
  overlays: optional(anything),
  partition: optional(anything),
  sparse: optional(anything),
});

const block = mapping({
  ...commonFields,
  to: required(literal('tmpfs')),
  images: required(record(image)),
  type: optional(literal('monitor')),
  os: optional(text),
  uefi: optional(anything),
  authorize: optional(anything),
  'connection-namespace': optional(text),
});

/** Reads `deploy`. For destinations other than tmpfs, it returns only their names. */
export function readDeploy(value: unknown, place: Place): DeployBlock | OtherBlock | null {
  if (!isMapping(value) || !Object.hasOwn(value, 'to')) return reportMissing(place, 'to');
  const to = text(value['to'], place.in('to'));
  if (to !== null && to !== 'tmpfs') return { kind: 'other', section: 'deploy', method: to };
  const read = to === null ? null : block(value, place);
  if (read === null) return null;
  if (read.images.size === 0) place.in('images').report('must not be empty');
  const images = [...read.images].map(([label, item]) => toImage(label, item));
  return { kind: 'deploy', ...toCommon(read, place), images };
}

function toImage(label: string, item: NonNullable<ReturnType<typeof image>>): DeployImage {
  const sums = [
    ['md5', item.md5sum],
    ['sha256', item.sha256sum],
    ['sha512', item.sha512sum],
  ] as const;
  return {
    label,
    url: item.url,
    headers: Object.fromEntries(item.headers ?? []),
    compression: item.compression?.name,
    checksums: new Map(
      sums.flatMap(([name, sum]) => (sum === undefined ? [] : [[name, sum.toLowerCase()] as const])),
    ),
    imageArg: item.image_arg,
  };
}

/** null means no compression, as in LAVA. */
function compression(value: unknown, place: Place): { readonly name?: Compression } | null {
  if (value === null) return {};
  const name = literal('gz', 'bz2', 'xz', 'zip', 'zstd')(value, place);
  return name && { name };
}

function hex(digits: number) {
  return matching(new RegExp(`^[0-9A-Fa-f]{${digits}}$`), `a checksum of ${digits} hex digits`);
}
