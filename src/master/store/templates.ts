import type { Db, Tx } from './open-store.js';
import type { HealthCheckRow, TemplateRow } from './tables.js';

export async function findTemplate(db: Db, name: string): Promise<TemplateRow | undefined> {
  return db.selectFrom('templates').selectAll().where('name', '=', name).executeTakeFirst();
}

export async function listTemplates(db: Db): Promise<TemplateRow[]> {
  return db.selectFrom('templates').selectAll().execute();
}

/** `null` removes the template. */
export async function saveTemplate(tx: Tx, name: string, row: TemplateRow | null): Promise<void> {
  if (row === null) {
    await tx.deleteFrom('templates').where('name', '=', name).execute();
    return;
  }
  await tx
    .insertInto('templates')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}

/** The health check of devices whose dictionary extends `<name>.jinja2`. */
export async function findHealthCheck(db: Db, name: string): Promise<HealthCheckRow | undefined> {
  return db.selectFrom('healthChecks').selectAll().where('name', '=', name).executeTakeFirst();
}

export async function healthCheckNames(db: Db): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('healthChecks').select('name').execute();
  return new Set(rows.map((row) => row.name));
}

/** `null` removes the health check. */
export async function saveHealthCheck(tx: Tx, name: string, row: HealthCheckRow | null): Promise<void> {
  if (row === null) {
    await tx.deleteFrom('healthChecks').where('name', '=', name).execute();
    return;
  }
  await tx
    .insertInto('healthChecks')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}
