import type { Change, ConfigurationObject, ObjectKey } from '../../model/index.js';
import type { Context } from '../decide/context.js';
import { isRetired } from '../kinds.js';
import { isWrite, takesAway } from '../changes.js';
import {
  createReferenceReader,
  fileNameOf,
  mergeTemplates,
  reachedFrom,
  shippedTemplates,
  templateNameOf,
  usersOf,
} from '../../templates/index.js';
import { worldOf } from '../rendered/world.js';
import { blindnessOf } from '../compare/sight.js';

/**
 * A template that left the lab and may be deleted stays while a device in service uses it, even a device that lavaflow
 * did not create: LAVA sets a device that does not render to Bad. A template that replaces one of LAVA's own may be
 * deleted, because LAVA's still exists.
 */
export function holdTemplatesInUse(changes: readonly Change[], context: Context): Change[] {
  const { observed } = context;
  const isUncovered = ({ object }: Change) =>
    observed.software !== 'lavaflow' && shippedTemplates.has(object.name);
  const deleted = changes.filter(({ verb, object }) => verb === 'delete' && object.kind === 'template');
  const lost = new Set(deleted.filter((change) => !isUncovered(change)));
  if (lost.size === 0) return [...changes];
  const blind = blindnessOf(observed, 'device', ['dictionary', 'health']);
  const users = usersAfter(
    changes.filter((change) => !lost.has(change)),
    context,
  );
  return changes.map((change) => {
    if (!lost.has(change)) return change;
    if (blind !== null) {
      const reason = `the devices that use it could not be read: ${blind}`;
      return { ...change, verb: 'keep', hold: 'unreadable', reason };
    }
    const file = fileNameOf(change.object.name);
    // LAVA searches the dictionaries first, so nothing can reach a template with the name of one.
    if (users.dictionaries.has(change.object.name)) return change;
    const devices = [...reachedFrom([file], users.of).keys()]
      .filter((name) => users.inService.has(name))
      .sort();
    const [first, ...others] = devices.map((name) => `device/${templateNameOf(name)}`);
    if (first === undefined) return change;
    const more = others.length === 0 ? 'uses it' : `and ${others.length} more use it`;
    return { ...change, verb: 'keep', hold: 'in-use', reason: `${first} ${more}` };
  });
}

/**
 * The users of each template after these changes, by file name; `inService`: the dictionaries of devices in service.
 */
function usersAfter(changes: readonly Change[], { observed }: Context) {
  const world = worldOf(observed, changes, new Map());
  const objects = new Map<ObjectKey, ConfigurationObject>([
    ...observed.objects,
    ...changes.filter(({ verb }) => isWrite(verb)).map(({ key, object }) => [key, object] as const),
  ]);
  const retired = new Set<ObjectKey>(changes.filter(takesAway).map(({ key }) => key));
  for (const [key, object] of objects)
    if (object.kind === 'device' && isRetired(object) === true) retired.add(key);
  const inService = new Set(
    [...world.dictionaries.keys()]
      .filter((name) => !retired.has(`device/${name}`))
      .map((name) => fileNameOf(name)),
  );
  const read = createReferenceReader();
  const texts = mergeTemplates({ dictionaries: world.dictionaries, templates: world.ownTemplates });
  const of = usersOf([...texts].map(([name, text]) => [name, read(text).needed] as const));
  return { dictionaries: world.dictionaries, inService, of };
}
