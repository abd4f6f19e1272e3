/**
 * What a load of a lab found to be correct, as plain data, for the next process: which files parse, and which
 * dictionaries render without any finding. Digests represent texts. Anything that is not proven is checked again.
 */
import { hash } from 'node:crypto';
import type { Namespace } from '../templates/index.js';
import type { ReleaseNumber } from '../model/index.js';
import { keyOfClaim, readClaim } from './hardware/claim.js';
import type { Kept, KeptRendering, ParsedText } from './kept.js';

/**
 * Stored as JSON. Only valid for the same build of lavaflow, because another one may judge the same text differently.
 */
export interface LabProofs {
  /** By path: the digest of a text that parses, and of the release whose filters it may use. */
  readonly parsed: Readonly<Record<string, string>>;
  /** By path of the dictionary. */
  readonly rendered: Readonly<Record<string, ProvenRendering>>;
}

interface ProvenRendering {
  readonly type: string | null;
  /** The releases for which it was checked, sorted. */
  readonly releases: readonly ReleaseNumber[];
  /** By the requested name: the digest of the template with its path; null if it did not exist. */
  readonly parts: Readonly<Record<string, string | null>>;
  /** The hardware that the configuration names, as `keyOfClaim` writes it. */
  readonly claims: readonly string[];
}

type Template = KeptRendering['parts'][number]['template'];

/** Judges by the proofs of an earlier process. */
export class Proven {
  readonly #proofs: LabProofs;
  /** Templates are part of many dictionaries, and each load has its own objects for them. */
  readonly #digests = new WeakMap<object, string>();

  constructor(proofs: LabProofs = { parsed: {}, rendered: {} }) {
    this.#proofs = proofs;
  }

  parses(path: string, text: string, release: ReleaseNumber): boolean {
    return ownValue(this.#proofs.parsed, path) === digestOfParsed({ text, release });
  }

  /** The outcome of rendering this dictionary, if it is known to have no findings. */
  rendering(
    path: string,
    { deviceType, releases }: Pick<KeptRendering, 'deviceType' | 'releases'>,
    namespace: Namespace,
  ): KeptRendering | undefined {
    const proven = ownValue(this.#proofs.rendered, path);
    // They come from a file. Whatever it contains, the worst result is that a dictionary is rendered again.
    if (!isRecord(proven) || !isRecord(proven.parts) || proven.type !== deviceType) return undefined;
    if (JSON.stringify(proven.releases) !== JSON.stringify(releases)) return undefined;
    const parts = Object.entries(proven.parts).map(([name, digest]) => {
      const template = namespace.get(name);
      return { name, template, isSame: this.digest(template) === digest };
    });
    if (!parts.every(({ isSame }) => isSame)) return undefined;
    const claims = Array.isArray(proven.claims) ? proven.claims.map(readClaim) : [undefined];
    if (!claims.every((claim) => claim !== undefined)) return undefined;
    return {
      parts: parts.map(({ name, template }) => ({ name, template })),
      deviceType,
      releases,
      problems: [],
      undefinedUses: [],
      claims,
    };
  }

  digest(template: Template): string | null {
    if (template === undefined) return null;
    const known = this.#digests.get(template);
    if (known !== undefined) return known;
    const digest = digestOf(
      `${template.path}\n${template.text === null ? 'unreadable' : `:${template.text}`}`,
    );
    this.#digests.set(template, digest);
    return digest;
  }
}

/** What the last load found to be correct. */
export function proofsOf(parsed: Kept<ParsedText>, renderings: Kept<KeptRendering>): LabProofs {
  const digests = new Proven();
  return {
    parsed: Object.fromEntries([...parsed.current()].map(([path, parse]) => [path, digestOfParsed(parse)])),
    rendered: Object.fromEntries(
      [...renderings.current()]
        .filter(([, { problems, undefinedUses }]) => problems.length === 0 && undefinedUses.length === 0)
        .map(([path, { deviceType, releases, parts, claims }]) => [
          path,
          {
            type: deviceType,
            releases,
            parts: Object.fromEntries(parts.map(({ name, template }) => [name, digests.digest(template)])),
            claims: claims.map(keyOfClaim),
          },
        ]),
    ),
  };
}

function digestOfParsed({ text, release }: ParsedText): string {
  return digestOf(`${release}\n${text}`);
}

function digestOf(text: string): string {
  return hash('sha256', text);
}

function isRecord<T>(value: T | undefined): value is T & object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Paths come from a repository, and one may be called `__proto__`. */
function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
