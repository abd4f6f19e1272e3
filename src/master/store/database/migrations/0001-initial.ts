import { sql, type CreateTableBuilder, type Kysely, type Migration } from 'kysely';

/** The first schema. Never change a released migration; add another one. */
export const initial: Migration = {
  async up(db: Kysely<unknown>) {
    await createPeople(db);
    await createConfiguration(db);
    await createDevices(db);
    await createJobs(db);
    await createResults(db);
  },
};

async function createPeople(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('counters')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('tokens')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('createdAt', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('revisions')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('repository', 'text', (column) => column.notNull())
    .addColumn('revision', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('appliedAt', 'text', (column) => column.notNull())
    .addColumn('changes', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('principals')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addUniqueConstraint('principalsKindName', ['kind', 'name'])
    .execute();
}

function withRevision<T extends string, C extends string>(
  table: CreateTableBuilder<T, C>,
): CreateTableBuilder<T, C | 'revisionId'> {
  return table.addColumn('revisionId', 'integer', (column) => column.notNull().references('revisions.id'));
}

async function createConfiguration(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('deviceTypes')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('description', 'text')
    .addColumn('display', 'integer', (column) => column.notNull())
    .addColumn('healthFrequency', 'integer', (column) => column.notNull())
    .addColumn('healthDenominator', 'text', (column) => column.notNull())
    .addColumn('healthChecksDisabled', 'integer', (column) => column.notNull())
    .addColumn('architecture', 'text')
    .addColumn('processor', 'text')
    .addColumn('cpuModel', 'text')
    .addColumn('bits', 'integer')
    .addColumn('cores', 'text', (column) => column.notNull())
    .addColumn('coreCount', 'integer')
    .$call(withRevision)
    .execute();
  await db.schema
    .createTable('aliases')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('deviceType', 'text', (column) =>
      column.notNull().references('deviceTypes.name').onDelete('cascade'),
    )
    .execute();
  await db.schema
    .createTable('templates')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('text', 'text', (column) => column.notNull())
    .$call(withRevision)
    .execute();
  await db.schema
    .createTable('healthChecks')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('job', 'text', (column) => column.notNull())
    .$call(withRevision)
    .execute();
  await db.schema
    .createTable('workers')
    .addColumn('hostname', 'text', (column) => column.primaryKey())
    .addColumn('description', 'text')
    .addColumn('health', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('version', 'text')
    .addColumn('lastPing', 'text', (column) => column.notNull())
    .addColumn('jobLimit', 'integer', (column) => column.notNull())
    .addColumn('env', 'text')
    .addColumn('envDut', 'text')
    .addColumn('dispatcherConfig', 'text')
    .addColumn('certificate', 'text')
    .addColumn('publicKey', 'text', (column) => column.unique())
    .$call(withRevision)
    .execute();
}

async function createDevices(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('devices')
    .addColumn('hostname', 'text', (column) => column.primaryKey())
    .addColumn('deviceType', 'text', (column) => column.notNull().references('deviceTypes.name'))
    .addColumn('worker', 'text', (column) => column.references('workers.hostname').onDelete('set null'))
    .addColumn('description', 'text')
    .addColumn('health', 'text', (column) => column.notNull())
    .addColumn('healthReason', 'text')
    .addColumn('version', 'text')
    .addColumn('physicalOwner', 'text')
    .addColumn('physicalGroup', 'text')
    .addColumn('dictionary', 'text')
    .addColumn('extendsTemplate', 'text')
    .addColumn('lastJob', 'integer', (column) => column.notNull())
    .addColumn('lastHealthReportJob', 'integer')
    .$call(withRevision)
    .execute();
  await db.schema
    .createTable('tags')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('description', 'text')
    .execute();
  await db.schema
    .createTable('deviceTags')
    .addColumn('device', 'text', (column) =>
      column.notNull().references('devices.hostname').onDelete('cascade'),
    )
    .addColumn('tagId', 'integer', (column) => column.notNull().references('tags.id'))
    .addPrimaryKeyConstraint('deviceTagsKey', ['device', 'tagId'])
    .execute();
  await db.schema
    .createTable('devicePermissions')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('device', 'text', (column) =>
      column.notNull().references('devices.hostname').onDelete('cascade'),
    )
    .addColumn('groupName', 'text', (column) => column.notNull())
    .addColumn('permission', 'text', (column) => column.notNull())
    .execute();
}

/** Jobs store the names of their device and worker as text, so history remains when a device is deleted. */
async function createJobs(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('jobs')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('submitter', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('definition', 'text', (column) => column.notNull())
    .addColumn('deviceType', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('priority', 'integer', (column) => column.notNull())
    .addColumn('visibility', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('health', 'text', (column) => column.notNull())
    .addColumn('healthCheck', 'integer', (column) => column.notNull())
    .addColumn('device', 'text')
    .addColumn('worker', 'text')
    .addColumn('submitTime', 'text', (column) => column.notNull())
    .addColumn('startTime', 'text')
    .addColumn('endTime', 'text')
    .addColumn('queueDeadline', 'text')
    .addColumn('failureComment', 'text')
    .addColumn('result', 'text')
    .addColumn('errorType', 'text')
    .addColumn('errorMessage', 'text')
    .addColumn('deviceConfig', 'text')
    .addColumn('dispatcherConfig', 'text')
    .addColumn('env', 'text')
    .addColumn('envDut', 'text')
    .addColumn('revisionId', 'integer', (column) => column.references('revisions.id'))
    .addColumn('endedAt', 'text')
    .addColumn('pipelineDescription', 'text')
    .addColumn('logLines', 'integer', (column) => column.notNull())
    .addColumn('logReceived', 'integer', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('jobsState').on('jobs').columns(['state', 'worker']).execute();
  await db.schema.createIndex('jobsDevice').on('jobs').columns(['device', 'id']).execute();
  // A device runs one job at a time, whatever the scheduler decides.
  await db.schema
    .createIndex('jobsHoldingDevice')
    .unique()
    .on('jobs')
    .column('device')
    .where(sql.ref('state'), 'in', sql`('Scheduled', 'Running', 'Canceling')`)
    .execute();
}

async function createResults(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('jobLogs')
    .addColumn('jobId', 'integer', (column) => column.notNull().references('jobs.id').onDelete('cascade'))
    .addColumn('firstIndex', 'integer', (column) => column.notNull())
    .addColumn('lineCount', 'integer', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('jobLogsKey', ['jobId', 'firstIndex'])
    .execute();
  await db.schema
    .createTable('testSuites')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('jobId', 'integer', (column) => column.notNull().references('jobs.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addUniqueConstraint('testSuitesJobName', ['jobId', 'name'])
    .execute();
  await db.schema
    .createTable('testCases')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('suiteId', 'integer', (column) =>
      column.notNull().references('testSuites.id').onDelete('cascade'),
    )
    .addColumn('jobId', 'integer', (column) => column.notNull().references('jobs.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('testSet', 'text')
    .addColumn('result', 'text', (column) => column.notNull())
    .addColumn('measurement', 'text')
    .addColumn('units', 'text', (column) => column.notNull())
    .addColumn('metadata', 'text', (column) => column.notNull())
    .addColumn('logged', 'text', (column) => column.notNull())
    .addColumn('logLine', 'integer', (column) => column.notNull())
    .addColumn('startLogLine', 'integer')
    .addColumn('endLogLine', 'integer')
    .execute();
  await db.schema.createIndex('testCasesJob').on('testCases').columns(['jobId', 'id']).execute();
}
