import type { ObjectKey } from './configuration.js';

/** Returns whether a rule's path matches a field of an object. */
export type PathFitter = (key: ObjectKey, field: string | null) => boolean;

/**
 * Reads the path of a rule (lab.ts). The field `null` stands for the existence of the object: only a path that matches
 * every field matches it.
 */
export function fitterOf(path: string): PathFitter {
  const [kind = '', name = '', fields = ''] = path.split('/');
  const [fitsKind, fitsName, fitsField] = [globOf(kind), globOf(name), globOf(fields)];
  const fitsAll = isWhole(path);
  // Callers ask for all fields of an object in a row.
  let last: { readonly key: string; readonly fits: boolean } | null = null;
  const fitsKey = (key: string): boolean => {
    if (last?.key === key) return last.fits;
    const slash = key.indexOf('/');
    last = { key, fits: fitsKind(key.slice(0, slash)) && fitsName(key.slice(slash + 1)) };
    return last.fits;
  };
  return (key, field) => (fitsAll || (field !== null && fitsField(field))) && fitsKey(key);
}

/** Whether a path matches every field, and so the object itself. */
export function isWhole(path: string): boolean {
  return /\/\*+$/.test(path);
}

/**
 * Returns whether a text fits a pattern, in which `*` is any text. Searches each piece between stars once, from left to right, so
 * that no pattern can cause backtracking.
 */
export function globOf(glob: string): (text: string) => boolean {
  const [first = '', ...rest] = glob.split(/\*+/);
  const end = rest.pop();
  if (end === undefined) return (text) => text === first;
  return (text) => {
    let at = first.length;
    const endsAt = text.length - end.length;
    if (endsAt < at || !text.startsWith(first) || !text.endsWith(end)) return false;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > endsAt) return false;
      at = found + piece.length;
    }
    return true;
  };
}
