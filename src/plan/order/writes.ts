import type { Change } from '../../model/index.js';
import { isWrite } from '../outlook.js';

/** The text that a change writes for templates to be made of: a template's, or a device's dictionary. */
export function writtenText({ object, verb, fields }: Change): string | null | undefined {
  if (!isWrite(verb) || (object.kind !== 'template' && object.kind !== 'device')) return undefined;
  if (verb === 'delete') return null;
  const field = object.kind === 'template' ? 'text' : 'dictionary';
  const change = fields.find((one) => one.field === field);
  if (change === undefined) return undefined;
  return typeof change.after === 'string' ? change.after : null;
}
