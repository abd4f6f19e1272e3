import { parseYaml } from '../../pyyaml/index.js';
import {
  anything,
  asMapping,
  list,
  mapping,
  matching,
  optional,
  record,
  refused,
  required,
  type Problems,
} from './check.js';
import type { Block, JobDefinition } from './definition.js';
import { readBoot } from './read-boot.js';
import { commonFields, toCommon } from './read-block.js';
import { readDeploy } from './read-deploy.js';
import { readTest } from './read-test.js';
import { jobTimeouts } from './read-timeouts.js';

export type ReadJob =
  | { readonly ok: true; readonly definition: JobDefinition }
  | { readonly ok: false; readonly problems: readonly string[] };

const shortText = matching(/^[\s\S]{1,200}$/, 'text of 1 to 200 characters');

const job = mapping({
  job_name: required(shortText),
  device_type: optional(shortText),
  timeouts: required(jobTimeouts),
  actions: required(list(anything)),
  context: optional(record(anything)),
  environment: optional(record(anything)),
  // The master's business: who sees the job, which device it gets, whom to tell.
  visibility: optional(anything),
  priority: optional(anything),
  metadata: optional(anything),
  tags: optional(anything),
  notify: optional(anything),
  compatibility: optional(anything),
  protocols: refused('protocols (multinode, lxc, vland, xnbd) are not run here'),
  secrets: refused('secrets would be typed over the console and show up in the log; they are not run here'),
  reboot_to_fastboot: refused('fastboot devices are not run here'),
});

const commandBlock = mapping({ ...commonFields, name: required(shortText) });

/** Reads a job definition as LAVA does, and checks it; all problems at once. */
export function readJob(source: string): ReadJob {
  const parsed = parseYaml(source);
  if (!parsed.ok) {
    const { line, message } = parsed.problem;
    return { ok: false, problems: [`the job is not readable YAML: line ${line}: ${message}`] };
  }
  const problems: Problems = [];
  const definition = readValue(parsed.value, problems);
  return definition === undefined || problems.length > 0 ? { ok: false, problems } : { ok: true, definition };
}

function readValue(value: unknown, problems: Problems): JobDefinition | undefined {
  const read = job(value, '', problems);
  // Blocks are checked even when the job's own keys are wrong: a user wants to know everything at once.
  const actions = asMapping(value)?.['actions'];
  const blocks = (Array.isArray(actions) ? actions : []).map((item: unknown, index) =>
    readBlock(item, `actions[${index}]`, problems),
  );
  const known = blocks.filter((block) => block !== undefined);
  checkNamespaces(known, problems);
  if (read === undefined) return undefined;
  const { timeouts } = read;
  known.forEach((block, index) => {
    if (block.timeoutMs !== undefined && block.timeoutMs > timeouts.jobMs) {
      problems.push(`actions[${index}].${block.kind}.timeout: is longer than the job's own timeout`);
    }
  });
  const architecture = read.context?.get('arch');
  return {
    name: read.job_name,
    timeouts,
    architecture: typeof architecture === 'string' ? architecture : undefined,
    environment: flatten(read.environment ?? new Map(), problems),
    blocks: known,
  };
}

function readBlock(value: unknown, path: string, problems: Problems): Block | undefined {
  const entries = Object.entries(asMapping(value) ?? {});
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) {
    problems.push(`${path}: expected exactly one of deploy, boot, test and command`);
    return undefined;
  }
  const [kind, body] = entry;
  const inner = `${path}.${kind}`;
  switch (kind) {
    case 'deploy': {
      const to = asMapping(body)?.['to'];
      if (typeof to === 'string' && to !== 'tmpfs') {
        problems.push(`${inner}.to: ${JSON.stringify(to)} is not run here, only tmpfs`);
        return undefined;
      }
      return readDeploy(body, inner, problems);
    }
    case 'boot':
      return readBoot(body, inner, problems);
    case 'test':
      return readTest(body, inner, problems);
    case 'command': {
      const read = commandBlock(body, inner, problems);
      return read && { kind, ...toCommon(read, inner, problems), commandName: read.name };
    }
    default:
      problems.push(`${inner}: unknown action; LAVA has deploy, boot, test and command`);
      return undefined;
  }
}

function checkNamespaces(blocks: readonly Block[], problems: Problems): void {
  const named = blocks.filter((block) => block.namespace !== 'common').length;
  if (named > 0 && named < blocks.length) {
    problems.push('actions: when one action has a namespace, every action must have one');
  }
  const names = new Set(blocks.map((block) => block.namespace));
  blocks.forEach((block, index) => {
    if (block.kind === 'test' && !names.has(block.connectionNamespace)) {
      problems.push(`actions[${index}].test.connection-namespace: no action has that namespace`);
    }
  });
}

/** `environment` as shell variables; nested keys are joined with `_`, as LAVA writes them. */
function flatten(
  environment: ReadonlyMap<string, unknown>,
  problems: Problems,
): (readonly [string, string])[] {
  const variables: (readonly [string, string])[] = [];
  for (const [key, value] of environment) add(key, value);
  return variables;

  function add(key: string, value: unknown): void {
    if (typeof value === 'object' && value !== null) {
      for (const [inner, item] of Object.entries(value)) add(`${key}_${inner}`, item);
    } else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
      problems.push(`environment: ${JSON.stringify(key)} cannot be a shell variable`);
    } else {
      variables.push([key, toText(value)]);
    }
  }
}

/** As LAVA writes it for a shell: truth is 1 or 0. */
function toText(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
