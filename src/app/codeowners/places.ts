/** Where GitHub looks for the file, in this order. It uses the first one. */
export const codeownersPlaces = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

/** Where lavaflow writes it: no other file can take its place. */
export const [ownPlace] = codeownersPlaces;

/** GitHub does not load a larger one, so nobody has written it for a reason. */
export const mostBytes = 8 * 1024 * 1024;
