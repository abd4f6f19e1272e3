import type { LabFileValue } from '../config/read-config.js';
import type { LabTree } from '../files/tree.js';
import { allowedSignersFile, gpgKeysDirectory } from '../files/paths.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';
import type { FileMap } from '../snapshot.js';
import type { YamlTree } from '../yaml/yaml-tree.js';
import { readAllowedSigners, type AllowedSigner } from './allowed-signers.js';

/** Who may sign revisions. */
export interface Signers {
  readonly ssh: readonly AllowedSigner[];
  /** Texts with armored public keys. */
  readonly gpg: readonly string[];
}

/** Files and directories that decide who may sign. */
export const signerPaths: readonly string[] = [allowedSignersFile, gpgKeysDirectory];

/** The signers that the files of a revision allow. What cannot be used allows nobody, and `validate` reports it. */
export function readSigners(files: FileMap): Signers {
  const texts = [...files].flatMap(([path, file]): [string, string][] =>
    file.type === 'file' ? [[path, Buffer.from(file.content).toString('utf8')]] : [],
  );
  const list = texts.find(([path]) => path === allowedSignersFile)?.[1] ?? '';
  return {
    ssh: readAllowedSigners(list).signers,
    gpg: texts.flatMap(([path, text]) => (isKeyFile(path) && problemOfKeys(text) === null ? [text] : [])),
  };
}

function isKeyFile(path: string): boolean {
  return path.startsWith(`${gpgKeysDirectory}/`) && path.endsWith('.asc');
}

/** Reports lines and files that allow nobody, and a lab that requires signatures but allows nobody to sign. */
export function reportSigners(
  { allowedSigners, gpgKeys }: LabTree,
  lab: { readonly value: LabFileValue; readonly tree: YamlTree } | null,
  report: Report,
): void {
  let count = 0;
  if (allowedSigners?.text != null) {
    const { path, text } = allowedSigners;
    const { signers, problems } = readAllowedSigners(text);
    count += signers.length;
    for (const { index, message, hint } of problems) {
      if (report.isFull(path)) break;
      report.error('signer-invalid', placeAt(path, text, index), message, hint);
    }
  }
  for (const { path, text } of gpgKeys) {
    const problem = text === null ? null : problemOfKeys(text);
    if (text === null) continue;
    if (problem === null) count += 1;
    else {
      const hint = 'Export it with `gpg --export --armor KEY`.';
      report.error('signer-invalid', placeAt(path, text, problem.index), problem.message, hint);
    }
  }
  if (lab?.value.policy?.signatures !== 'required' || count > 0) return;
  report.error(
    'signers-missing',
    lab.tree.placeOf(['policy', 'signatures']),
    'signatures are required, but nobody is allowed to sign, so this revision cannot be applied',
    `List the signers in ${allowedSignersFile}, or put their public keys into ${gpgKeysDirectory}.`,
  );
}

const block = /-----BEGIN PGP PUBLIC KEY BLOCK-----\n[\s\S]*?-----END PGP PUBLIC KEY BLOCK-----/;

/** Only what armor has to look like: gpg itself reads the keys. */
function problemOfKeys(text: string): { readonly index: number; readonly message: string } | null {
  const other = /-----BEGIN (?!PGP PUBLIC KEY BLOCK-----)/.exec(text);
  if (other !== null) return { index: other.index, message: 'this is not a public key' };
  return block.test(text) ? null : { index: 0, message: 'the file has no armored public key' };
}
