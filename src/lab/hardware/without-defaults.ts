import type { Template } from '../../templates/index.js';
import type { Claim } from './claim.js';

/** Lower-case texts of templates, which are part of many devices. */
const known = new WeakMap<Template, string>();

/**
 * Leaves out serial numbers and addresses that a template contains itself: a default of many devices does not identify one.
 * @param templates those that the dictionary uses, without the dictionary
 */
export function withoutDefaults(claims: readonly Claim[], templates: readonly Template[]): readonly Claim[] {
  return claims.filter(({ kind, id }) => {
    if (kind === 'power outlet' || kind === 'serial port') return true;
    const wanted = id.toLowerCase();
    return !templates.some((template) => lowerCaseOf(template).includes(wanted));
  });
}

function lowerCaseOf(template: Template): string {
  let text = known.get(template);
  if (text === undefined) known.set(template, (text = template.text?.toLowerCase() ?? ''));
  return text;
}
