/**
 * Limits for one rendering. They are the same everywhere, so that `validate`, `plan` and a master accept the same
 * templates. LAVA's own templates need about a hundredth of them.
 */
export const renderingLimits = { steps: 500_000, timeMs: 1_000, outputBytes: 1024 * 1024 } as const;

/** The longest template and the longest line, in characters. LAVA's templates have at most 25,000, in lines of a few hundred. */
export const longestTemplate = { text: 256 * 1024, line: 10_000 };
