/**
 * The reason of an error in words, such as `no such file or directory`, without the code, the system call and the path
 * that Node adds, because callers name the file themselves.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall, path, message } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return message;
  const end = path === undefined ? `, ${syscall}` : `, ${syscall} '${path}'`;
  const start = `${code}: `;
  if (!message.startsWith(start) || !message.endsWith(end)) return message;
  return message.slice(start.length, -end.length);
}
