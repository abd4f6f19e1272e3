import {
  all,
  any,
  anything,
  bool,
  exactly,
  integer,
  listOf,
  mapping,
  notEmpty,
  numberFrom,
  oneOf,
  patternText,
  required,
  text,
  type Keys,
  type ReleaseGate,
  type Schema,
} from '../schema/index.js';
import { actionKeys, dockerImage, dockerKeys, strings } from './action.js';
import { image, overlayBackend } from './image.js';

/** The schemas of `deploy` by the value of `to` (`lava_common/schemas/deploy`). */
export function deploySchemas(gate: ReleaseGate): ReadonlyMap<string, Schema> {
  const common: Keys = {
    ...actionKeys(gate),
    os: text,
    authorize: exactly('ssh'),
    ...gate.keysSince(202605, { overlay_backend: overlayBackend }),
  };
  const to = (name: string, keys: Keys): Schema =>
    mapping({ ...common, to: required(exactly(name)), ...keys });
  const schemas: Record<string, Schema> = {};
  for (const [name, keys] of Object.entries(destinationKeys(gate))) schemas[name] = to(name, keys);
  schemas['nfs'] = any(
    to('nfs', { nfsrootfs: image(gate), modules: image(gate) }),
    to('nfs', { images: required(images(image(gate, { image_arg: text }))) }),
  );
  schemas['tftp'] = tftp(gate, common);
  if (gate.since(202401, true, false)) schemas['avh'] = avh(gate, to);
  const removable = removableMedia(gate, common);
  for (const name of ['sata', 'usb', ...gate.since(202602, ['sd'], [])]) schemas[name] = removable;
  return new Map(Object.entries(schemas));
}

/** At least one image, with any name. */
function images(of: Schema): Schema {
  return mapping({}, { others: { keys: text, values: of, isRequired: 'must not be empty' } });
}

function destinationKeys(gate: ReleaseGate): Readonly<Record<string, Keys>> {
  const { since, keysSince } = gate;
  const resource = image(gate);
  const anyImages = { images: required(images(resource)) };
  const docker = mapping(dockerKeys(gate));
  const kernel = image(gate, { type: oneOf('image', 'uimage', 'zimage') });
  const uniquify = { uniquify: bool };
  return {
    docker: {
      image: required(any(dockerImage(since(202103, true, false)), mapping(dockerKeys(gate, 'name')))),
      repeat: numberFrom(1),
    },
    download: anyImages,
    downloads: {
      ...anyImages,
      postprocess: mapping({
        docker: required(
          mapping({
            ...dockerKeys(gate),
            steps: required(strings),
            ...keysSince(202502, { devices: strings }),
          }),
        ),
      }),
      ...keysSince(202504, uniquify),
    },
    fastboot: {
      images: required(images(image(gate, fastbootImage(gate)))),
      docker,
      ...gate.keysBefore(202604, { connection: exactly('lxc') }),
    },
    flasher: {
      images: required(
        mapping({}, { others: { keys: text, values: image(gate, keysSince(202606, { download: bool })) } }),
      ),
      ...keysSince(202506, uniquify),
    },
    fvp: {
      ...anyImages,
      ramdisk: mapping({ install_overlay: bool, compression: text, header: exactly('u-boot') }),
      ...keysSince(202211, uniquify),
    },
    'iso-installer': {
      images: required(
        mapping({ iso: required(image(gate, { image_arg: text })), preseed: required(resource) }),
      ),
      iso: required(mapping({ installation_size: required(text), kernel: text, initrd: text })),
    },
    ...since<Readonly<Record<string, Keys>>>(202604, {}, { lxc: { packages: strings } }),
    mps: {
      images: required(
        all(
          mapping(
            { recovery_image: resource },
            { others: { keys: testBinary, values: image(gate, { rename: text }) } },
          ),
          notEmpty,
        ),
      ),
    },
    musca: { images: required(mapping({ test_binary: required(resource) })) },
    nbd: { kernel: required(kernel), nbdroot: required(resource), initrd: required(resource), dtb: resource },
    overlay: {},
    ...since<Readonly<Record<string, Keys>>>(202606, { qdl: qdl(gate) }, {}),
    recovery: anyImages,
    ssh: { firmware: resource, kernel: resource, rootfs: resource, modules: resource },
    tmpfs: {
      images: required(
        images(image(gate, { ...gate.keysBefore(202502, { format: exactly('qcow2') }), image_arg: text })),
      ),
      type: exactly('monitor'),
      uefi: resource,
    },
    'u-boot-ums': { image: required(image(gate, { root_partition: numberFrom(0) })) },
    ...since<Readonly<Record<string, Keys>>>(202409, { 'usbg-ms': { image: required(resource) } }, {}),
    uuu: {
      images: required(
        all(
          mapping(
            { boot: required(resource) },
            {
              others: {
                keys: text,
                values: image(gate, { 'apply-overlay': bool, root_partition: numberFrom(0) }),
              },
            },
          ),
          notEmpty,
        ),
      ),
      ...keysSince(202602, uniquify),
    },
    vemsd: { recovery_image: required(resource) },
  };
}

const testBinary = patternText(
  /^test_binary(?:_[\p{L}\p{N}_]+)?\n?$/u,
  '"test_binary" or "test_binary_NAME"',
);

function fastbootImage({ keysSince }: ReleaseGate): Keys {
  return {
    'apply-overlay': bool,
    ...keysSince(202203, { root_partition: numberFrom(0) }),
    sparse: bool,
    reboot: oneOf('hard-reset', 'fastboot-reboot', 'fastboot-reboot-bootloader', 'fastboot-reboot-fastboot'),
  };
}

/** `qcomflash` accepts anything that is not empty. */
function qdl(gate: ReleaseGate): Keys {
  const files = mapping({ 'apply-overlay': bool }, { others: { keys: text, values: image(gate) } });
  return {
    qcomflash: required(any(files, notEmpty)),
    uniquify: bool,
    rootfs_image: text,
    ...gate.since(202607, {}, { overlay_path: text }),
  };
}

function avh(gate: ReleaseGate, to: (name: string, keys: Keys) => Schema): Schema {
  const extra = { format: exactly('ext4'), root_partition: numberFrom(0), type: exactly('image') };
  const options = mapping({ model: text, api_endpoint: text, project_name: text });
  const withImages = to('avh', { options, images: required(images(image(gate, extra))) });
  if (gate.since(202502, false, true)) return withImages;
  const fw_package = required(image(gate, { ...extra, storage_file: text }));
  return any(withImages, to('avh', { options, fw_package }));
}

function removableMedia(gate: ReleaseGate, common: Keys): Schema {
  const { since, keysSince } = gate;
  const tool = mapping({ tool: required(text), options: required(text), prompt: required(text) });
  return mapping(
    {
      ...common,
      to: required(oneOf('sata', 'sd', 'usb')),
      images: mapping({ image: required(image(gate)) }, { others: { keys: text, values: image(gate) } }),
      image: image(gate, since(202602, { root_partition: integer }, {})),
      device: required(text),
      download: tool,
      writer: tool,
      ...keysSince(202111, { tool: mapping({ prompts: required(strings) }) }),
      uniquify: bool,
    },
    { exclusive: [{ keys: ['images', 'image'] }] },
  );
}

/** `deploy: {to: tftp}` */
function tftp(gate: ReleaseGate, common: Keys): Schema {
  const { since, keysSince } = gate;
  const resource = image(gate);
  const kernel = image(gate, { type: oneOf('image', 'uimage', 'zimage') });
  const installed = { install_modules: bool, install_overlay: bool };
  return mapping(
    {
      ...common,
      to: required(exactly('tftp')),
      kernel: since<Keys[string]>(202610, kernel, required(kernel)),
      dtb: resource,
      ...keysSince(202409, { dtbo: listOf(resource) }),
      modules: resource,
      preseed: resource,
      ramdisk: image(gate, { ...installed, header: exactly('u-boot') }),
      nfsrootfs: image(gate, { ...installed, prefix: text }),
      persistent_nfs: mapping({ address: required(text), install_overlay: bool }),
      tee: resource,
      ...keysSince(202610, { extra_files: mapping({}, { others: { keys: anything, values: resource } }) }),
    },
    { exclusive: [{ keys: ['nfsrootfs', 'persistent_nfs'] }] },
  );
}
