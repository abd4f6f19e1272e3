import type { Listing, ListRequest } from '../store/listing.js';
import type { Db } from '../store/open-store.js';
import { listPrincipals, type PrincipalField } from '../store/access/principals.js';
import type { Principal } from '../store/values.js';

export { findAlias, listAliases } from '../store/configuration/aliases.js';
export { listDevicePermissions, listTypePermissions } from '../store/configuration/permissions.js';
export { findGroup, groupsOf } from '../store/access/groups.js';
export { devicesOfTag, findTag, listTags } from '../store/configuration/tags.js';

export async function listUsers(db: Db, request: ListRequest<PrincipalField>): Promise<Listing<Principal>> {
  return listPrincipals(db, 'user', request);
}

export async function listGroups(db: Db, request: ListRequest<PrincipalField>): Promise<Listing<Principal>> {
  return listPrincipals(db, 'group', request);
}
