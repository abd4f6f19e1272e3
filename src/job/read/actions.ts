import { asMapping, isMapping } from '../../pyyaml/index.js';
import type { Block, CommandBlock } from '../definition.js';
import { hasMixedNamespaces } from '../facts.js';
import type { JobSource } from '../source.js';
import * as wording from '../wording.js';
import { readBoot } from './boot.js';
import { commonFields, toCommon } from './block.js';
import { mapping, required } from './collections.js';
import { readDeploy } from './deploy.js';
import { shortText } from './head.js';
import type { Place } from './place.js';
import { readTest } from './test-block.js';
import { jobDurationMs, quietDurationMs } from './timeouts.js';
import { describe, type Reader } from './values.js';

type Kind = 'deploy' | 'boot' | 'test' | 'command';

const readers: Readonly<Record<Kind, Reader<Block>>> = {
  deploy: readDeploy,
  boot: readBoot,
  test: readTest,
  command: readCommand,
};

const commandFields = mapping({ ...commonFields, name: required(shortText) });

/**
 * Reads the list of actions. Each is a mapping from its kind to its block.
 * @returns one entry per action; null if the action could not be read
 */
export function readActions({ actions, ...source }: JobSource, place: Place): (Block | null)[] {
  // A missing key or another type was reported with the other keys of the job.
  const list: readonly unknown[] = Array.isArray(actions) ? actions : [];
  const jobMs = jobDurationMs(source['timeouts'], place.rules);
  const blocks = list.map((action, index) => readAction(action, jobMs, place.in(index)));
  if (hasMixedNamespaces(list)) place.report(wording.mixedNamespaces);
  checkConnectionNamespaces(blocks, place);
  return blocks;
}

function readAction(action: unknown, jobMs: number | undefined, place: Place): Block | null {
  const [entry, ...rest] = isMapping(action) ? Object.entries(action) : [];
  if (entry === undefined || rest.length > 0) {
    return place.report(wording.oneKind);
  }
  const [kind, body] = entry;
  const inner = place.in(kind);
  if (!isKind(kind)) return inner.report(wording.unknownKind.message, wording.unknownKind.hint);
  if (!isMapping(body)) return inner.report(`expected a mapping, got ${describe(body)}`);
  const before = inner.problemCount;
  const block = readers[kind](body, inner);
  const durationMs = quietDurationMs(body['timeout'], inner.rules) ?? 0;
  if (jobMs !== undefined && durationMs > jobMs) inner.in('timeout').report(wording.longerThanJob);
  return inner.problemCount > before ? null : block;
}

function readCommand(value: unknown, place: Place): CommandBlock | null {
  const read = commandFields(value, place);
  return read && { kind: 'command', ...toCommon(read, place), commandName: read.name };
}

/** The key that determines the type of a block. */
const decisiveKeys = { boot: 'method', deploy: 'to', command: 'name' } as const;

/**
 * The kind and the method of each action, without checks. LAVA reads the first kind of an action.
 * @returns one entry per action; null if it does not have a kind
 */
export function outlineActions({ actions }: JobSource): (Block | null)[] {
  return (Array.isArray(actions) ? actions : []).map((action: unknown) => {
    const [kind, body] = Object.entries(asMapping(action) ?? {})[0] ?? [];
    if (kind === undefined || !isKind(kind) || !isMapping(body)) return null;
    const method = kind === 'test' ? testMethod(body) : body[decisiveKeys[kind]];
    return { kind: 'other', section: kind, method: typeof method === 'string' ? method : '' };
  });
}

/** `services` exists only in releases after 2023.01. */
function testMethod(body: Readonly<Record<string, unknown>>): string | undefined {
  return ['definitions', 'interactive', 'monitors', 'services'].find((key) => Object.hasOwn(body, key));
}

function isKind(kind: string): kind is Kind {
  return Object.hasOwn(readers, kind);
}

function checkConnectionNamespaces(blocks: readonly (Block | null)[], place: Place): void {
  // An action that could not be read may have any namespace.
  if (blocks.some((block) => block === null || block.kind === 'other')) return;
  const names = new Set(
    blocks.map((block) => (block === null || block.kind === 'other' ? '' : block.namespace)),
  );
  for (const [index, block] of blocks.entries()) {
    if (block?.kind === 'test' && !names.has(block.connectionNamespace)) {
      place.in(index, 'test', 'connection-namespace').report('no action has this namespace');
    }
  }
}
