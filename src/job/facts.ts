/** Facts about LAVA's jobs that more than one of the readers needs. */
import { dictOf, valueAt } from './schema/index.js';

/** The units of a timeout, in seconds. */
export const unitSeconds = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1 } as const;

/** Namespaces that are reserved for LAVA. `docker-test-shell` is one since 2022.06. */
export const reservedNamespaces = ['common', 'docker-test-shell'] as const;

/** What a `fixupdict` maps to. */
export const testResults = ['pass', 'fail', 'skip', 'unknown'] as const;

/** LAVA looks only at the first kind of an action. */
export function firstKindOf(action: unknown): { readonly kind: string; readonly body: unknown } | null {
  for (const [kind, body] of dictOf(action) ?? []) return typeof kind === 'string' ? { kind, body } : null;
  return null;
}

/** Whether some actions have a namespace, and others have none. */
export function hasMixedNamespaces(actions: readonly unknown[]): boolean {
  const named = actions.filter((action) => {
    const name = valueAt(firstKindOf(action)?.body, 'namespace');
    return name !== undefined && name !== null;
  });
  return named.length > 0 && named.length < actions.length;
}
