/** Python's `\w`: letters, numbers of all kinds and the underscore, but no marks. */
export const NAME_CHARACTER = '[\\p{L}\\p{N}_]';
