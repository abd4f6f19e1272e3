import { deleteGroup, findGroup, saveGroup, userOfGroup } from '../store/access/groups.js';
import { listPrincipals } from '../store/access/principals.js';
import type { Application } from './application.js';
import { presenceProblem, wanted } from './presence.js';
import type { RequestedChange } from './request.js';

/** Like LAVA, the master has only memberships of users that it knows. */
export async function applyGroup(application: Application, change: RequestedChange): Promise<string | null> {
  const { tx } = application;
  const { name } = change;
  const found = await findGroup(tx, name);
  const problem = presenceProblem(application, change, found !== undefined);
  if (problem !== null) return problem;
  const members = wanted<readonly string[]>(change, 'members', found?.members ?? []);
  const permissions = wanted<readonly string[]>(change, 'permissions', found?.permissions ?? []);
  const users = new Set((await listPrincipals(tx, 'user', {})).items.map((user) => user.name));
  const stranger = members.find((member) => !users.has(member));
  if (stranger !== undefined) return `its member ${stranger} does not exist`;
  await saveGroup(tx, { name, members, permissions });
  return null;
}

export async function deleteOneGroup(
  application: Application,
  change: RequestedChange,
): Promise<string | null> {
  const { tx } = application;
  const { name } = change;
  const problem = presenceProblem(application, change, (await findGroup(tx, name)) !== undefined);
  if (problem !== null) return problem;
  const user = await userOfGroup(tx, name);
  if (user !== undefined) return `the ${user} still names it`;
  await deleteGroup(tx, name);
  return null;
}
