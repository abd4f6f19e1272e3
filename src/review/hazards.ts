import { fitterOf, type HazardRule, type ObjectKey } from '../model/index.js';
import type { Hazard } from './review.js';

/** The hazards of a lab that specifies none. */
const defaultHazards: readonly Required<HazardRule>[] = [
  { path: 'worker/*/certificate', reason: 'decides who can connect as this worker' },
  { path: 'worker/*/env', reason: 'the environment of all jobs on the worker' },
  { path: 'worker/*/envDut', reason: 'the environment of all jobs on the worker' },
  { path: 'worker/*/dispatcherConfig', reason: 'decides what jobs may use of the worker' },
  {
    path: 'device/*/configuration.commands*',
    reason: 'commands that run on a worker: they switch power and connect to consoles',
  },
  { path: 'device/*/configuration.environment*', reason: 'the environment of commands on a worker' },
  ...['ssh', 'docker', 'qemu', 'flasher'].flatMap((method) => [
    {
      path: `device/*/configuration.actions.*.methods.${method}*`,
      reason: 'programs that run on a worker, or hosts that it connects to',
    },
  ]),
  {
    path: 'device/*/configuration.actions.*.parameters.command*',
    reason: 'programs that run on a worker',
  },
];

/** Why nobody knows whether a change is hazardous. */
const unknownReason = 'it could not be compared, so whether it is hazardous is unknown';

/** Collects the changed fields that match rules about hazards. */
export class Hazards {
  readonly #rules: readonly (HazardRule & { readonly fits: (key: ObjectKey, field: string) => boolean })[];
  readonly #found = new Map<HazardRule | null, { objects: Set<ObjectKey>; fields: Set<string> }>();

  constructor(rules: readonly HazardRule[] = defaultHazards) {
    this.#rules = rules.map((rule) => ({ ...rule, fits: fitterOf(rule.path) }));
  }

  /** The first rule that matches a field counts. */
  add(key: ObjectKey, fields: readonly string[]): void {
    for (const field of fields) {
      const rule = this.#rules.find(({ fits }) => fits(key, field));
      if (rule !== undefined) this.#add(rule, key, field);
    }
  }

  /** An object whose change could not be compared. Without rules about its kind, that does not matter. */
  addUnknown(key: ObjectKey): void {
    const kind = key.slice(0, key.indexOf('/'));
    const isRuled = this.#rules.some(({ path }) =>
      fitterOf(`${path.split('/', 1)[0] ?? ''}/*/*`)(`${kind}/x` as ObjectKey, null),
    );
    if (isRuled) this.#add(null, key, '');
  }

  #add(rule: HazardRule | null, key: ObjectKey, field: string): void {
    const found = this.#found.get(rule) ?? { objects: new Set(), fields: new Set() };
    this.#found.set(rule, found);
    found.objects.add(key);
    if (field !== '') found.fields.add(field);
  }

  /** In the order of the rules. */
  hazards(): Hazard[] {
    return [...this.#rules, null].flatMap((rule) => {
      const found = this.#found.get(rule);
      if (found === undefined) return [];
      const { objects, fields } = found;
      const reason = rule === null ? unknownReason : (rule.reason ?? 'hazardous by the policy of the lab');
      return [{ rule: rule?.path ?? null, reason, objects: [...objects].sort(), fields: [...fields].sort() }];
    });
  }
}
