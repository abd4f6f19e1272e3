/**
 * Whether a value is an error of the operating system or of Node with one of these codes.
 * @param codes such as `ENOENT` (errno(3)) or `ERR_BUFFER_TOO_LARGE`
 */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = codeOf(error);
  return code !== undefined && codes.includes(code);
}

/** The code of such an error; undefined for any other value. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether a write failed because there is no space: the disk, the quota of the user, or the allowed size of a file. */
export function isDiskFull(error: unknown): boolean {
  return hasCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG');
}
