import type { FieldValue, GroupPermission, ObjectKey, ObjectKind } from '../../model/index.js';
import { templateNameOf } from '../search-order.js';
import type { ReferenceReader } from './references.js';

/**
 * The objects that an object with these fields cannot do without: the type and worker of a device, the groups that a
 * device or type names, and the templates that a dictionary or template names literally.
 */
export function neededObjects(
  {
    kind,
    fields,
  }: { readonly kind: ObjectKind; readonly fields: Readonly<Record<string, FieldValue | undefined>> },
  read: ReferenceReader,
): ObjectKey[] {
  const needs: ObjectKey[] = [];
  if (kind === 'device') {
    const { deviceType, worker } = fields;
    if (typeof deviceType === 'string') needs.push(`device-type/${deviceType}`);
    if (typeof worker === 'string') needs.push(`worker/${worker}`);
  }
  const { physicalGroup, permissions } = fields;
  if (kind === 'device' && typeof physicalGroup === 'string') needs.push(`group/${physicalGroup}`);
  if ((kind === 'device' || kind === 'device-type') && Array.isArray(permissions)) {
    const list = permissions as unknown as readonly GroupPermission[];
    needs.push(...list.map(({ group }): ObjectKey => `group/${group}`));
  }
  const text = kind === 'device' ? fields['dictionary'] : kind === 'template' ? fields['text'] : null;
  if (typeof text === 'string') {
    needs.push(...read(text).needed.map((name): ObjectKey => `template/${templateNameOf(name)}`));
  }
  return needs;
}
