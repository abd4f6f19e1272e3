import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ExternalError } from '../../src/diagnostics/index.js';
import type { Change, ConfigurationObject, FieldValue, ObjectKey } from '../../src/model/index.js';
import type { MasterTarget } from '../../src/reconcile/index.js';
import { complete, modelMaster, setField, type ModelMaster } from './model-master.js';

/** One write, as it goes over the wire. */
type Write =
  | { readonly op: 'create'; readonly object: ConfigurationObject }
  | { readonly op: 'set'; readonly key: ObjectKey; readonly field: string; readonly value: FieldValue }
  | { readonly op: 'delete'; readonly key: ObjectKey };

/** A master in memory behind HTTP, for reconcilers that are processes of their own. */
export async function serveModelMaster() {
  const master = modelMaster();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      if (request.method === 'GET') {
        response.end(JSON.stringify([...master.rows]));
        return;
      }
      perform(master, JSON.parse(body) as Write);
      master.writes += 1;
      void Promise.resolve(master.onWrite(master.writes, 'worker/any')).then(() => response.end('{}'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    master,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function perform(master: ModelMaster, write: Write): void {
  if (write.op === 'create')
    master.rows.set(`${write.object.kind}/${write.object.name}`, complete(write.object));
  if (write.op === 'set') setField(master, write.key, write.field, write.value);
  if (write.op === 'delete') master.rows.delete(write.key);
}

/** The target that speaks to it. */
export function httpTarget(url: string): MasterTarget {
  return {
    url,
    normalise: (object) => object,
    async observe() {
      const rows = (await call(url)) as [ObjectKey, ConfigurationObject][];
      return {
        software: 'lava',
        release: '2023.01',
        objects: new Map(rows),
        unreadable: [],
        unsupported: new Set(),
        builtIn: new Set(),
      };
    },
    async apply(changes, _revision, onOutcome) {
      for (const change of changes) {
        for (const write of writesOf(change)) await call(url, write);
        await onOutcome({ key: change.key, verb: change.verb, status: 'done' });
      }
    },
  };
}

function writesOf({ verb, key, object, fields }: Change): Write[] {
  if (verb === 'delete') return [{ op: 'delete', key }];
  const row = { kind: object.kind, name: object.name, fields: {} } as ConfigurationObject;
  const sets = fields.map(({ field, after }): Write => ({ op: 'set', key, field, value: after ?? null }));
  return verb === 'create' ? [{ op: 'create', object: row }, ...sets] : sets;
}

async function call(url: string, write?: Write): Promise<unknown> {
  try {
    const response = await fetch(
      url,
      write === undefined ? {} : { method: 'POST', body: JSON.stringify(write) },
    );
    return await response.json();
  } catch (error) {
    throw new ExternalError({ what: 'call', where: url, why: String(error), retry: 'soon' });
  }
}
