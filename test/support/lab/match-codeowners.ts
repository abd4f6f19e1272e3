/**
 * The owners of a file by a CODEOWNERS file, as GitHub documents it: gitignore patterns without `!`, `[ ]` and `\#`; the last
 * match wins; a pattern without owners clears them.
 */
export function ownersByCodeowners(text: string, path: string): string[] {
  let owners: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    if (/[![\]\\]|\s#/.test(line)) throw new Error(`GitHub does not support this line: ${line}`);
    const [pattern = '', ...names] = line.split(/\s+/);
    const wrong = names.find((name) => !/^@[\w-]+(\/[\w.-]+)?$|^[^@\s]+@[^@\s]+$/.test(name));
    if (wrong !== undefined) throw new Error(`not an owner: ${wrong}`);
    if (matches(pattern, path)) owners = names;
  }
  return owners;
}

function matches(pattern: string, path: string): boolean {
  const isDirectory = pattern.endsWith('/');
  const steps = pattern.replace(/^\/|\/$/g, '');
  const isAnchored = pattern.startsWith('/') || steps.includes('/');
  const body = steps.replaceAll(/\*\*\/|\*\*|\*|\?|[^*?]+/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.replaceAll(/[.+^${}()|]/g, '\\$&');
  });
  // A pattern that ends in `/*` matches no files of subdirectories. Any other matches what is below it.
  const end = isDirectory ? '/.+' : steps.endsWith('/*') ? '' : '(?:/.*)?';
  return new RegExp(`^${isAnchored ? '' : '(?:.*/)?'}${body}${end}$`).test(path);
}
