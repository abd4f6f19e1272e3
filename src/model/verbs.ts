/** What a plan does with an object. The same words in code, command line, metrics and documents. */
export const verbs = ['create', 'update', 'adopt', 'retire', 'delete', 'keep', 'report'] as const;

export type Verb = (typeof verbs)[number];

/** Why a desired value and an observed one differ. */
export const causes = ['this change', 'drift', 'upstream', 'unmanaged'] as const;

export type Cause = (typeof causes)[number];
