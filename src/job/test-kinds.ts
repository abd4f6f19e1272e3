import { dictOf, similarTo, type Fault, type ReleaseGate, type Trail } from './schema/index.js';

interface TestKind {
  /** The key of a test action that determines its kind. */
  readonly key: string;
  /** LAVA's name of the kind. */
  readonly name: string;
}

const kinds: readonly TestKind[] = [
  { key: 'definitions', name: 'definition' },
  { key: 'interactive', name: 'interactive' },
  { key: 'monitors', name: 'monitor' },
  { key: 'services', name: 'service' },
];

/** The kinds of tests. Services exist since 2026.04. */
export function testKinds({ since }: ReleaseGate): readonly TestKind[] {
  return since(202604, kinds, kinds.slice(0, -1));
}

/** The problem of a test action that is of none of these kinds. */
export function requiresTestKind(body: unknown, gate: ReleaseGate, at: Trail | null): Fault {
  const keys = testKinds(gate).map(({ key }) => key);
  const message = `requires ${keys.slice(0, -1).join(', ')} or ${keys.at(-1) ?? ''}`;
  const given = [...(dictOf(body)?.keys() ?? [])];
  return {
    at,
    message,
    hint: () =>
      given.map((key) => similarTo(key, keys)).find((hint) => hint !== undefined) ?? 'Add one of them.',
  };
}
