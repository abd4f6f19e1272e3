/**
 * What one rendering may use, wherever it happens: `validate`, `plan` and a master accept the same templates. LAVA's own
 * templates need a hundredth of it.
 */
export const renderingLimits = { steps: 500_000, timeMs: 1_000, outputBytes: 1024 * 1024 } as const;

/** Longest template and longest line, in characters. LAVA's own templates have at most 25,000, in lines of a few hundred. */
export const longestTemplate = { text: 256 * 1024, line: 10_000 };
