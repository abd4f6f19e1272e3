import type { DefinitionProblem } from './definition-problem.js';
import { timeoutSeconds } from './timeouts.js';
import { isMapping } from './yaml.js';

const reservedNamespaces: readonly unknown[] = ['common', 'docker-test-shell'];

/**
 * Checks a job's list of actions: one of boot, command, deploy, test each, what says which kind of it, the time-outs
 * against the job's, and namespaces on all actions or on none. `jobTimeoutS` is null when it could not be read.
 */
export function checkActions(actions: unknown, jobTimeoutS: number | null): DefinitionProblem[] {
  if (actions === undefined) return [];
  if (!Array.isArray(actions)) return [{ path: 'actions', message: 'must be a list' }];
  const list: readonly unknown[] = actions;
  const problems = list.flatMap((action, index) => checkAction(action, index, jobTimeoutS));
  const spaced = list.filter((action) => namespaceOf(action) !== undefined).length;
  if (spaced > 0 && spaced < list.length) {
    problems.push({
      path: 'actions',
      message: 'when one action has a namespace, every action must have one',
    });
  }
  return problems;
}

function namespaceOf(action: unknown): unknown {
  if (!isMapping(action)) return undefined;
  const [body] = Object.values(action);
  return isMapping(body) ? body['namespace'] : undefined;
}

function checkAction(action: unknown, index: number, jobTimeoutS: number | null): DefinitionProblem[] {
  const path = `actions[${index}]`;
  const [entry, ...rest] = isMapping(action) ? Object.entries(action) : [];
  if (entry === undefined || rest.length > 0) {
    return [{ path, message: 'must have one key: boot, command, deploy or test' }];
  }
  const [kind, body] = entry;
  const problem = isMapping(body) ? kindProblem(kind, body) : 'must be a mapping';
  const problems = problem === null ? [] : [{ path: `${path}.${kind}`, message: problem }];
  if (!isMapping(body)) return problems;
  if (reservedNamespaces.includes(body['namespace'])) {
    problems.push({ path: `${path}.${kind}.namespace`, message: 'this name is reserved' });
  }
  if (body['timeout'] === undefined) return problems;
  const seconds = timeoutSeconds(body['timeout']);
  if (seconds === null) {
    problems.push({
      path: `${path}.${kind}.timeout`,
      message: 'must have one of days, hours, minutes, seconds, 1 or more',
    });
  } else if (jobTimeoutS !== null && seconds > jobTimeoutS) {
    problems.push({ path: `${path}.${kind}.timeout`, message: 'is larger than the job timeout' });
  }
  return problems;
}

function kindProblem(kind: string, body: Readonly<Record<string, unknown>>): string | null {
  switch (kind) {
    case 'boot':
      return typeof body['method'] === 'string' ? null : 'needs a method';
    case 'deploy':
      return typeof body['to'] === 'string' ? null : 'needs a to';
    case 'command':
      return typeof body['name'] === 'string' ? null : 'needs a name';
    case 'test': {
      const lists = ['definitions', 'interactive', 'monitors'].filter((key) => body[key] !== undefined);
      const services = body['services'] !== undefined;
      return lists.length > 0 || services ? null : 'needs definitions, interactive or monitors';
    }
    default:
      return 'must be boot, command, deploy or test';
  }
}
