/**
 * Checks what a submitted job names in the store of the master. LAVA 2023.01 does this after the schema: `TestJob.from_yaml_and_user`
 * and `_create_pipeline_job` (device type, tags, groups), `validate_yaml` (recipients and queries of notifications).
 *
 * LAVA accepts a job for a device type that is hidden, which then never starts. It is rejected here.
 */
import { nearest } from '../../diagnostics/index.js';
import { asMapping } from '../../pyyaml/index.js';
import { groupsAmong, isUser } from '../store/access/principals.js';
import { findAlias, listAliases } from '../store/configuration/aliases.js';
import { findDeviceType, listDeviceTypes } from '../store/configuration/device-types.js';
import { countDevices } from '../store/configuration/devices.js';
import { tagsOfNames } from '../store/configuration/tags.js';
import type { Db } from '../store/open-store.js';
import type { DefinitionProblem, JobDefinition } from './definition.js';

export interface References {
  /** The name of the device type, after its alias was resolved. */
  readonly deviceType: string;
  /** What prevents the job from running on any device. LAVA reports these as `Devices unavailable`. */
  readonly deviceProblems: readonly DefinitionProblem[];
  readonly otherProblems: readonly DefinitionProblem[];
}

/** Looks up everything that a job names. Reports all problems at once. */
export async function checkReferences(db: Db, definition: JobDefinition): Promise<References> {
  const name = definition.deviceType;
  const notify = asMapping(definition.notify);
  const alias = await findAlias(db, name);
  const type = await findDeviceType(db, alias?.deviceType ?? name);
  const deviceType = type?.display === true ? type.name : null;
  return {
    deviceType: deviceType ?? name,
    deviceProblems:
      deviceType === null ? [await unknownType(db, name)] : await checkDevices(db, deviceType, definition),
    otherProblems: [
      ...(await checkGroups(db, definition.visibility)),
      ...(await checkRecipients(db, notify)),
      ...checkQuery(notify),
    ],
  };
}

async function unknownType(db: Db, name: string): Promise<DefinitionProblem> {
  const types = (await listDeviceTypes(db, { includeHidden: false })).items;
  const aliases = (await listAliases(db)).items;
  const near = nearest(
    name,
    [...types, ...aliases].map((one) => one.name),
  );
  return {
    path: 'device_type',
    message: `the device type ${JSON.stringify(name)} does not exist on this master`,
    ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
  };
}

async function checkDevices(
  db: Db,
  deviceType: string,
  { tags }: JobDefinition,
): Promise<readonly DefinitionProblem[]> {
  if ((await countDevices(db, deviceType, [])) === 0) {
    return [{ path: 'device_type', message: `the device type ${deviceType} has no devices` }];
  }
  const known = await tagsOfNames(db, tags);
  const unknown = [...tags.entries()].filter(([, tag]) => !known.has(tag));
  if (unknown.length > 0) {
    return unknown.map(([index, tag]) => ({
      path: `tags[${index}]`,
      message: `the tag ${JSON.stringify(tag)} does not exist on this master`,
    }));
  }
  if ((await countDevices(db, deviceType, tags)) > 0) return [];
  return [{ path: 'tags', message: `no device of type ${deviceType} has all the tags ${tags.join(', ')}` }];
}

/** As LAVA, requires that at least one of the groups exists. */
async function checkGroups(
  db: Db,
  visibility: JobDefinition['visibility'],
): Promise<readonly DefinitionProblem[]> {
  if (typeof visibility === 'string') return [];
  const { group } = visibility;
  if ((await groupsAmong(db, group)).length > 0) return [];
  const names = group.map((name) => JSON.stringify(name)).join(', ');
  const message =
    group.length === 0 ? 'names no group' : `none of these groups exists on this master: ${names}`;
  return [{ path: 'visibility.group', message }];
}

type Mapping = Readonly<Record<string, unknown>> | undefined;

async function checkRecipients(db: Db, notify: Mapping): Promise<readonly DefinitionProblem[]> {
  const recipients: readonly unknown[] = Array.isArray(notify?.['recipients']) ? notify['recipients'] : [];
  const problems: DefinitionProblem[] = [];
  for (const [index, recipient] of recipients.entries()) {
    const user = asMapping(asMapping(recipient)?.['to'])?.['user'];
    if (typeof user !== 'string' || (await isUser(db, user))) continue;
    const message = `the user ${JSON.stringify(user)} does not exist on this master`;
    problems.push({ path: `notify.recipients[${index}].to.user`, message });
  }
  return problems;
}

/** Comparisons with the jobs of a query. This master has no saved queries. */
function checkQuery(notify: Mapping): readonly DefinitionProblem[] {
  const query = asMapping(asMapping(notify?.['compare'])?.['query']);
  if (query?.['username'] === undefined) return [];
  return [{ path: 'notify.compare.query', message: 'this master has no saved queries' }];
}
