import {
  any,
  anyMapping,
  bool,
  exactly,
  integer,
  mapping,
  nothing,
  oneOf,
  patternText,
  required,
  text,
  type Keys,
  type ReleaseGate,
  type Schema,
} from '../schema/index.js';

export const overlayBackend = oneOf('auto', 'e2fsprogs', 'guestfs');

/** Something to download, with an overlay if it has a format that allows that. @param extra keys of one kind of image */
export function image(gate: ReleaseGate, extra: Keys = {}): Schema {
  const { since, keysSince } = gate;
  const download = downloadKeys(gate);
  const overlay = mapping({
    ...download,
    format: required(since(202110, oneOf('file', 'tar'), exactly('tar'))),
    path: required(text),
  });
  return any(
    mapping({ ...download, ...extra }),
    mapping({
      ...download,
      ...extra,
      format: required(oneOf('cpio.newc', 'ext4', ...since(202201, ['tar'], []))),
      partition: integer,
      ...keysSince(202204, { sparse: bool }),
      ...keysSince(202605, { overlay_backend: overlayBackend }),
      overlays: required(mapping({ lava: bool }, { others: { keys: text, values: overlay } })),
    }),
  );
}

function downloadKeys({ keysSince }: ReleaseGate): Keys {
  return {
    url: required(text),
    ...keysSince(202610, { filename: patternText(/^[^/]+$/, 'a file name without "/"') }),
    headers: anyMapping,
    compression: any(oneOf('bz2', 'gz', 'xz', 'zip', 'zstd'), nothing),
    archive: exactly('tar'),
    md5sum: text,
    sha256sum: text,
    sha512sum: text,
    ...keysSince(202401, { use_cache: bool }),
  };
}
