import type { ObjectKey } from './configuration.js';

/** Answers whether a rule's path fits a field of an object. */
export type PathFitter = (key: ObjectKey, field: string | null) => boolean;

/**
 * Reads the path of a rule (lab.ts). The field `null` stands for the object itself, that it is there
 * at all: only a path that fits every field fits it.
 */
export function fitterOf(path: string): PathFitter {
  const [kind = '', name = '', fields = ''] = path.split('/');
  const fitsAll = isWhole(path);
  return (key, field) => {
    const slash = key.indexOf('/');
    const fitsField = fitsAll || (field !== null && fitsGlob(fields, field));
    return fitsField && fitsGlob(kind, key.slice(0, slash)) && fitsGlob(name, key.slice(slash + 1));
  };
}

/** Whether a path fits every field, and so the object itself. */
export function isWhole(path: string): boolean {
  return /\/\*+$/.test(path);
}

/** Takes at most length times length steps, whatever a lab writes. */
function fitsGlob(glob: string, text: string): boolean {
  let star = -1;
  let from = 0;
  let at = 0;
  for (let index = 0; index < text.length;) {
    if (glob[at] === '*') {
      star = at++;
      from = index;
    } else if (glob[at] === text[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      // The star takes one character more.
      at = star + 1;
      index = ++from;
    } else {
      return false;
    }
  }
  return /^\**$/.test(glob.slice(at));
}
