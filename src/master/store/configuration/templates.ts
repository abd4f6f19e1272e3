import type { Db, Tx } from '../open-store.js';
import type { HealthCheck, Template } from '../values.js';

export async function findTemplate(db: Db, name: string): Promise<Template | undefined> {
  return db.selectFrom('templates').selectAll().where('name', '=', name).executeTakeFirst();
}

export async function listTemplates(db: Db): Promise<Template[]> {
  return db.selectFrom('templates').selectAll().execute();
}

/** Stores a template; `null` removes it. */
export async function saveTemplate(tx: Tx, name: string, value: Template | null): Promise<void> {
  if (value === null) {
    await tx.deleteFrom('templates').where('name', '=', name).execute();
    return;
  }
  await tx
    .insertInto('templates')
    .values(value)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(value))
    .execute();
}

/** Returns the health check of devices whose dictionary extends `<name>.jinja2`. */
export async function findHealthCheck(db: Db, name: string): Promise<HealthCheck | undefined> {
  return db.selectFrom('healthChecks').selectAll().where('name', '=', name).executeTakeFirst();
}

/** Stores a health check; `null` removes it. */
export async function saveHealthCheck(tx: Tx, name: string, value: HealthCheck | null): Promise<void> {
  if (value === null) {
    await tx.deleteFrom('healthChecks').where('name', '=', name).execute();
    return;
  }
  await tx
    .insertInto('healthChecks')
    .values(value)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(value))
    .execute();
}
