/**
 * The texts from outside that cost more to read than to receive. Each is a task, which a thread can run, and each has a
 * rule that decides whether it is small enough to be read at once. The rules count; nothing is measured.
 */
import { isMapping, parseYaml } from '../../pyyaml/index.js';
import { descriptionWork, unpackDescription } from '../../wire/index.js';
import { decodeCall, XmlRpcError, type XmlRpcCall } from '../../xml-rpc/index.js';
import {
  parseDefinition,
  parseHealthCheck,
  type DefinitionOptions,
  type ParsedDefinition,
} from '../jobs/definition.js';
import { readYamlLine, type LogLine } from '../jobs/log-line.js';
import { packRevision, type PackedRevision } from '../revisions/packed-revision.js';

interface DefinitionText {
  readonly text: string;
  readonly options: DefinitionOptions;
  /** For a health check: the type of its device. */
  readonly checkOf: string | null;
}

type CallResult =
  | { readonly ok: true; readonly call: XmlRpcCall }
  | { readonly ok: false; readonly message: string; readonly isSyntax: boolean };

/** By kind: what a task reads, and its result. */
export interface Tasks {
  readonly definition: { readonly input: DefinitionText; readonly result: ParsedDefinition };
  readonly call: { readonly input: string; readonly result: CallResult };
  /** A YAML mapping; null: the text is none. */
  readonly mapping: { readonly input: string; readonly result: Mapping | null };
  /** Null: decoding costs more than is allowed. */
  readonly description: { readonly input: Uint8Array; readonly result: string | null };
  /** The body of a request that applies a revision. */
  readonly revision: { readonly input: Uint8Array; readonly result: PackedRevision };
  /** Lines that are not JSON. */
  readonly lines: { readonly input: readonly string[]; readonly result: readonly (LogLine | null)[] };
}

export type TaskKind = keyof Tasks;

type Mapping = Readonly<Record<string, unknown>>;

interface Reading<K extends TaskKind> {
  readonly isSmall: (input: Tasks[K]['input']) => boolean;
  readonly read: (input: Tasks[K]['input']) => Tasks[K]['result'];
}

/** YAML costs up to 3 ms per KiB, and aliases multiply it. XML costs up to 1 ms per KiB. A revision may contain YAML. */
export const mostCharactersAtOnce = { yaml: 2 * 1024, xml: 8 * 1024, revision: 2 * 1024 } as const;

/** A definition with more problems is reported with the first ones only, because each costs time outside the thread too. */
const mostProblems = 500;

export const readings: { readonly [K in TaskKind]: Reading<K> } = {
  definition: {
    isSmall: ({ text }) => isSmallYaml(text),
    read: ({ text, options, checkOf }) => {
      const parsed =
        checkOf === null ? parseDefinition(text, options) : parseHealthCheck(text, checkOf, options);
      return parsed.ok ? parsed : { ok: false, problems: parsed.problems.slice(0, mostProblems) };
    },
  },
  call: { isSmall: (body) => body.length <= mostCharactersAtOnce.xml, read: readCall },
  mapping: {
    isSmall: isSmallYaml,
    read: (text) => {
      const yaml = parseYaml(text);
      return yaml.ok && isMapping(yaml.value) ? yaml.value : null;
    },
  },
  description: {
    isSmall: (bytes) => bytes.length === 0,
    read: (bytes) => unpackDescription(bytes, descriptionWork.all),
  },
  revision: { isSmall: (body) => body.length <= mostCharactersAtOnce.revision, read: packRevision },
  lines: {
    isSmall: (lines) => isSmallYaml(lines.join('')),
    read: (lines) => lines.map(readYamlLine),
  },
};

function isSmallYaml(text: string): boolean {
  return text.length <= mostCharactersAtOnce.yaml && !text.includes('&');
}

function readCall(body: string): CallResult {
  try {
    return { ok: true, call: decodeCall(body) };
  } catch (error) {
    if (!(error instanceof XmlRpcError)) throw error;
    return { ok: false, message: error.message, isSyntax: error.isSyntax };
  }
}
