import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeResponse, encodeCall, type XmlRpcValue } from '../../../src/xml-rpc/index.js';
import type { TrapMaster } from './traps.contract.js';

interface Sent {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
}

/**
 * Surprising behavior of LAVA's API in 2020.12, 2023.01 and 2026.10: each line was observed on a stock master, and the
 * simulated master must do the same. Messages are not compared.
 */
export function describeApi(title: string, start: () => Promise<TrapMaster>): void {
  describe(title, () => {
    let master: TrapMaster;
    beforeAll(async () => {
      master = await start();
    });
    afterAll(async () => {
      await master.stop();
    });
    beforeEach(async () => {
      await master.reset();
      await rpc('scheduler.device_types.add', 'type-a', null, true, false, 24, 'hours');
      await rpc('scheduler.workers.add', 'worker-1', 'one');
      await rpc('scheduler.devices.add', 'board-1', 'type-a', 'worker-1', null, null, true, 'GOOD', 'first');
    });

    /** Whether the master has a release in which `since` is in effect. */
    function has(since: string): boolean {
      return master.release >= since;
    }

    async function rest(
      method: string,
      path: string,
      body?: object | string,
      options: { token?: string | null; accept?: string } = {},
    ): Promise<Sent> {
      const token = options.token === undefined ? master.token : options.token;
      const response = await fetch(`${master.url}/api/v0.2/${path}`, {
        method,
        redirect: 'manual',
        headers: {
          accept: options.accept ?? 'application/json',
          ...(token === null ? {} : { authorization: `Token ${token}` }),
          ...(body === undefined
            ? {}
            : { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }),
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return {
        status: response.status,
        text: await response.text(),
        location: response.headers.get('location'),
      };
    }

    async function rpcOutcome(
      method: string,
      params: readonly XmlRpcValue[],
      credentials: string | null = `admin:${master.token}`,
    ): Promise<XmlRpcValue | { fault: number } | { http: number }> {
      const response = await fetch(`${master.url}/RPC2`, {
        method: 'POST',
        headers: {
          'content-type': 'text/xml',
          ...(credentials === null
            ? {}
            : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
        },
        body: encodeCall(method, params),
      });
      if (response.status !== 200) return { http: response.status };
      const result = decodeResponse(await response.text());
      if (!result.ok) return { fault: result.fault.code };
      return result.value instanceof Uint8Array ? Buffer.from(result.value).toString('utf8') : result.value;
    }

    function rpc(method: string, ...params: readonly XmlRpcValue[]) {
      return rpcOutcome(method, params);
    }

    async function restJson(path: string): Promise<Record<string, unknown>> {
      return JSON.parse((await rest('GET', path)).text) as Record<string, unknown>;
    }

    async function statusOf(...request: Parameters<typeof rest>): Promise<number> {
      return (await rest(...request)).status;
    }

    describe('REST', () => {
      it('hides a retired device as if it did not exist, unless all are requested', async () => {
        await rpc('scheduler.devices.update', 'board-1', null, null, null, true, 'RETIRED');
        for (const method of ['GET', 'PATCH', 'DELETE']) {
          const body = method === 'PATCH' ? { description: 'x' } : undefined;
          expect(await statusOf(method, 'devices/board-1/', body)).toBe(404);
        }
        expect(await restJson('devices/')).toMatchObject({ count: 0 });
        expect(await restJson('devices/?all=true')).toMatchObject({ count: 1 });
        expect(await statusOf('PATCH', 'devices/board-1/?all=true', { description: 'x' })).toBe(200);
        expect(await statusOf('GET', 'devices/board-1/dictionary/')).toBe(404);
        expect(await rpc('scheduler.devices.list')).toEqual([]);
        expect(await rpc('scheduler.devices.show', 'board-1')).toMatchObject({ health: 'Retired' });
      });

      it('refers to tags, owners and groups by ID', async () => {
        await rpc('scheduler.devices.tags.add', 'board-1', 'usb');
        const { results } = (await restJson('tags/')) as { results: { id: number; name: string }[] };
        const id = results[0]?.id;
        expect(results).toMatchObject([{ id: expect.any(Number) as number, name: 'usb', description: null }]);
        expect(await restJson('devices/board-1/')).toMatchObject({
          tags: [id],
          physical_owner: null,
          physical_group: null,
        });
        expect(await statusOf('PATCH', 'devices/board-1/', { tags: ['usb'] })).toBe(400);
        expect(await statusOf('PATCH', 'devices/board-1/', { tags: [987654] })).toBe(400);
        expect(await statusOf('PATCH', 'devices/board-1/', { physical_owner: 'admin' })).toBe(400);
        const page = (await rest('GET', 'devices/?format=api', undefined, { accept: 'text/html' })).text;
        expect(page).toMatch(
          /<select[^>]*name="physical_owner"[^>]*>[^]*<option value="\d+"[^>]*>\s*admin\s*</,
        );
        expect(page).toMatch(
          /<select[^>]*name="physical_group"[^>]*>[^]*<option value="\d+"[^>]*>\s*lab-one\s*</,
        );
      });

      it('creates a second worker for a new hostname, or fails since 2023.10', async () => {
        const answer = await rest('PATCH', 'workers/worker-1/', { hostname: 'worker-2', job_limit: 3 });
        if (has('2023.10')) {
          expect(answer.status).toBe(500);
          expect(await rpc('scheduler.workers.show', 'worker-1')).toMatchObject({ job_limit: 0 });
          expect(await rpc('scheduler.workers.show', 'worker-2')).toEqual({ fault: 404 });
          return;
        }
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.text)).toMatchObject({ hostname: 'worker-2', job_limit: 3 });
        expect(await rpc('scheduler.workers.show', 'worker-1')).toMatchObject({
          description: 'one',
          job_limit: 0,
          devices: ['board-1'],
        });
        expect(await rpc('scheduler.workers.show', 'worker-2')).toMatchObject({
          description: 'one',
          devices: [],
        });
      });

      it('neither changes nor returns the hostname of a device', async () => {
        const answer = await rest('PATCH', 'devices/board-1/', { hostname: 'board-2' });
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.text)).not.toHaveProperty('hostname');
        expect(await statusOf('GET', 'devices/board-2/')).toBe(404);
        const isPartial = has('2023.10');
        expect(await statusOf('PUT', 'devices/board-1/', { description: 'x' })).toBe(isPartial ? 200 : 400);
        expect(await statusOf('PUT', 'devices/board-1/', { device_type: 'type-a', health: 'Bad' })).toBe(200);
      });

      it('accepts any dictionary except an empty one', async () => {
        expect(await statusOf('POST', 'devices/board-1/dictionary/', { dictionary: '{% extends' })).toBe(200);
        expect((await rest('GET', 'devices/board-1/dictionary/')).text).toBe('{% extends');
        expect(await statusOf('GET', 'devices/board-1/dictionary/?render=1')).toBe(400);
        expect(await rpc('scheduler.devices.get_dictionary', 'board-1', true)).toEqual({ fault: 404 });
        expect(await statusOf('POST', 'devices/board-1/dictionary/', { dictionary: '' })).toBe(400);
        expect(await statusOf('POST', 'devices/board-1/dictionary/', { dictionary: ' \n' })).toBe(400);
        expect(await statusOf('POST', 'devices/board-1/dictionary/', {})).toBe(400);
      });

      it('preserves the text of dictionaries and templates, and trims that of workers and rows', async () => {
        const text = '\n a \r\n b \n\n';
        await rest('POST', 'devices/board-1/dictionary/', { dictionary: text });
        expect((await rest('GET', 'devices/board-1/dictionary/')).text).toBe('\n a \n b \n\n');
        expect(await statusOf('POST', 'devicetypes/type-a/template/', { template: text })).toBe(204);
        expect(await rpc('scheduler.device_types.get_template', 'type-a')).toBe('\n a \n b \n\n');
        expect(await statusOf('POST', 'devicetypes/type-a/health_check/', { config: text })).toBe(204);
        expect(await rpc('scheduler.device_types.get_health_check', 'type-a')).toBe('\n a \n b \n\n');
        expect(await statusOf('POST', 'workers/worker-1/env/', { env: text })).toBe(200);
        expect((await rest('GET', 'workers/worker-1/env/')).text).toBe('a \n b');
        expect(await statusOf('POST', 'workers/worker-1/config/', { config: text })).toBe(200);
        expect(await rpc('scheduler.workers.get_config', 'worker-1')).toBe('a \n b');
        await rest('PATCH', 'devices/board-1/', { description: ' x\n' });
        expect(await restJson('devices/board-1/')).toMatchObject({ description: 'x' });
      });

      it('falls back when reading, and does not report it', async () => {
        expect(await statusOf('GET', 'workers/worker-1/env/')).toBe(200);
        expect(await statusOf('GET', 'workers/worker-1/config/')).toBe(400);
        expect(await statusOf('GET', 'devicetypes/type-a/template/')).toBe(400);
        expect(await statusOf('GET', 'devicetypes/type-a/health_check/')).toBe(400);
        await rpc('scheduler.device_types.add', 'qemu', null, true, false, 24, 'hours');
        expect(await statusOf('GET', 'devicetypes/qemu/template/')).toBe(200);
        expect(await statusOf('POST', 'workers/worker-1/env/', { env: ' ' })).toBe(400);
      });

      it('ignores the unit of the health-check frequency, and requires aliases for a new type', async () => {
        const answer = await rest('PATCH', 'devicetypes/type-a/', {
          health_denominator: 'jobs',
          health_frequency: 7,
        });
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.text)).toMatchObject({ health_denominator: 'hours', health_frequency: 7 });
        expect(await statusOf('POST', 'devicetypes/', { name: 'type-b' })).toBe(400);
        expect(await statusOf('POST', 'devicetypes/', { name: 'type-b', aliases: ['unknown'] })).toBe(400);
        expect(await statusOf('POST', 'devicetypes/', { name: 'type-b', aliases: [] })).toBe(201);
        const areFree = has('2024.09');
        expect(await statusOf('POST', 'devicetypes/', { name: 'a b', aliases: [] })).toBe(
          areFree ? 201 : 400,
        );
        expect(await statusOf('POST', 'devicetypes/', { name: 'a/b', aliases: [] })).toBe(400);
        expect(await statusOf('PATCH', 'devicetypes/type-a/', { architecture: 'ARMv99' })).toBe(400);
      });

      it('returns pages of 50 entries, or of the requested size', async () => {
        for (let index = 2; index <= 61; index++) {
          await rpc('scheduler.devices.add', `board-${index}`, 'type-a', 'worker-1');
        }
        const first = (await restJson('devices/?ordering=hostname')) as unknown as Page;
        expect(first).toMatchObject({ count: 61, previous: null });
        expect(first.results).toHaveLength(50);
        expect(first.next).toContain('offset=50');
        const next = (await restJson('devices/?ordering=hostname&limit=50&offset=50')) as unknown as Page;
        expect(next.results).toHaveLength(11);
        expect(next).toMatchObject({ next: null, previous: expect.stringContaining('limit=50') as string });
        expect(((await restJson('devices/?limit=5000')) as unknown as Page).results).toHaveLength(61);
        const named = await restJson('devices/?hostname__in=board-3,board-9,no-such&ordering=-hostname');
        expect((named as unknown as Page).results.map(({ hostname }) => hostname)).toEqual([
          'board-9',
          'board-3',
        ]);
        expect(await restJson('devices/?health=good')).toMatchObject({ count: 1 });
        expect(await restJson('devices/?no_such_filter=x')).toMatchObject({ count: 61 });
        expect(await restJson('devices/?hostname__contains=6')).toMatchObject({ count: 8 });
      });

      it('redirects requests without the final slash', async () => {
        for (const method of ['GET', 'POST']) {
          const answer = await rest(method, 'devices', method === 'GET' ? undefined : { hostname: 'x' });
          expect(answer.status).toBe(301);
          expect(answer.location).toMatch(/\/api\/v0\.2\/devices\/$/);
        }
        expect(await statusOf('GET', 'no-such-list/')).toBe(404);
        expect(await statusOf('GET', 'devices/board-1/no-such-action/')).toBe(404);
        expect(await statusOf('POST', 'devices/board-1/', {})).toBe(405);
      });

      it('rejects missing and wrong credentials with 403, and lets anybody read', async () => {
        expect(await statusOf('GET', 'devices/', undefined, { token: 'wrong' })).toBe(403);
        expect(await statusOf('GET', 'system/version/', undefined, { token: 'wrong' })).toBe(403);
        expect(await statusOf('GET', 'devices/', undefined, { token: null })).toBe(200);
        expect(await statusOf('GET', 'workers/', undefined, { token: null })).toBe(200);
        expect(await statusOf('GET', 'tags/', undefined, { token: null })).toBe(403);
        expect(await statusOf('GET', 'permissions/devices/', undefined, { token: null })).toBe(403);
        expect(await statusOf('PATCH', 'devices/board-1/', { description: 'x' }, { token: null })).toBe(403);
        expect(JSON.parse((await rest('GET', 'system/whoami/', undefined, { token: null })).text)).toEqual({
          user: '',
        });
        expect(await restJson('system/whoami/')).toEqual({ user: 'admin' });
        expect(await restJson('system/version/')).toEqual({ version: master.release });
      });

      it('validates the fields of a device', async () => {
        const whole = { hostname: 'board-2', device_type: 'type-a', health: 'Good' };
        for (const wrong of [
          { hostname: 'board-1' },
          { hostname: '' },
          { device_type: 'no-such-type' },
          { device_type: null },
          { health: 'GOOD' },
          { health: 'good' },
          { worker_host: 'no-such-worker' },
          { description: 'x'.repeat(201) },
          { description: 'a\u0000b' },
        ]) {
          expect([wrong, await statusOf('POST', 'devices/', { ...whole, ...wrong })]).toEqual([wrong, 400]);
        }
        const answer = await rest('POST', 'devices/', { ...whole, hostname: 'board-3', health: undefined });
        if (has('2023.10')) expect(JSON.parse(answer.text)).toMatchObject({ health: 'Maintenance' });
        else expect(answer.status).toBe(400);
        expect(await statusOf('POST', 'devices/', { ...whole, state: 'Running', nonsense: 1 })).toBe(201);
        expect(await restJson('devices/board-2/')).toEqual({
          hostname: 'board-2',
          device_type: 'type-a',
          device_version: null,
          physical_owner: null,
          physical_group: null,
          description: null,
          tags: [],
          state: 'Idle',
          health: 'Good',
          last_health_report_job: null,
          worker_host: null,
          is_synced: false,
        });
        expect(
          await statusOf('PATCH', 'devices/board-2/', { health: 'Bad', device_type: 'no-such-type' }),
        ).toBe(400);
        expect(await restJson('devices/board-2/')).toMatchObject({ health: 'Good' });
      });

      it('sets the health of a device regardless of letter case, with a reason', async () => {
        if (!has('2021.08')) {
          expect(await statusOf('POST', 'devices/board-1/set_health/', { health: 'bad' })).toBe(404);
          return;
        }
        expect(await statusOf('POST', 'devices/board-1/set_health/', { health: 'bad', reason: 'x' })).toBe(
          202,
        );
        expect(await restJson('devices/board-1/')).toMatchObject({ health: 'Bad' });
        expect(await statusOf('POST', 'devices/board-1/set_health/', { health: 'fine' })).toBe(400);
      });

      it('reports whether a dictionary renders, always with 200', async () => {
        if (!has('2021.05')) {
          expect(await statusOf('POST', 'devices/validate/', '{% set a = 1 %}')).toBe(405);
          return;
        }
        const token = has('2023.10') ? master.token : null;
        if (has('2023.10'))
          expect(await statusOf('POST', 'devices/validate/', '{% set a = 1 %}', { token: null })).toBe(403);
        for (const [text, verdict] of [
          ['{% set a = 1 %}', /valid/],
          ['{% extends', /invalid/],
        ] as const) {
          const answer = await rest('POST', 'devices/validate/', text, { token });
          expect(answer.status).toBe(200);
          expect(answer.text).toMatch(verdict);
        }
      });

      it('lacks the calls of other releases', async () => {
        expect(await statusOf('GET', 'users/')).toBe(has('2026.04') ? 200 : 404);
        expect(await statusOf('GET', 'groups/', undefined, { token: null })).toBe(has('2026.04') ? 403 : 404);
        expect(await statusOf('GET', 'workers/worker-1/certificate/')).toBe(404);
        expect(await statusOf('POST', 'workers/worker-1/set_health/', { health: 'Active' })).toBe(
          has('2024.09') ? 202 : 404,
        );
        for (const [method, since] of [
          ['scheduler.devices.delete', '2023.05'],
          ['scheduler.workers.delete', '2023.05'],
          ['scheduler.workers.get_env_dut', '2022.01'],
          ['scheduler.devices.perms_add', '2023.03'],
          ['scheduler.device_types.perms_add', '2023.03'],
          ['scheduler.device_types.devices', '2025.10'],
          ['scheduler.workers.get_certificate', 'never'],
        ] as const) {
          // With the wrong number of parameters, so that nothing happens.
          const fault = has(since) ? -32603 : -32601;
          expect([method, await rpc(method)]).toEqual([method, { fault }]);
        }
      });

      it('sets the health of a worker, with a reason', async () => {
        if (!has('2024.09')) return;
        const set = (health: string) =>
          statusOf('POST', 'workers/worker-1/set_health/', { health, reason: 'why' });
        expect(await set('maintenance')).toBe(202);
        expect(await restJson('workers/worker-1/')).toMatchObject({ health: 'Maintenance' });
        expect(await set('fine')).toBe(400);
        expect(await set('ACTIVE')).toBe(202);
        expect(await restJson('devices/board-1/')).toMatchObject({ health: 'Unknown' });
      });
    });

    describe('REST, less often used', () => {
      it('creates and changes workers', async () => {
        const made = await rest('POST', 'workers/', { hostname: 'worker-2', description: ' two ' });
        expect(made.status).toBe(201);
        expect(JSON.parse(made.text)).toMatchObject({
          hostname: 'worker-2',
          description: 'two',
          health: 'Active',
          state: 'Offline',
          job_limit: 0,
          version: null,
          token: expect.stringMatching(/^\w{32}$/) as string,
        });
        expect(await statusOf('POST', 'workers/', { hostname: 'worker-2' })).toBe(400);
        expect(await statusOf('POST', 'workers/', {})).toBe(500);
        expect(await statusOf('PATCH', 'workers/worker-2/', { health: 'ACTIVE' })).toBe(400);
        expect(await statusOf('PATCH', 'workers/worker-2/', { job_limit: -1 })).toBe(400);
        expect(await statusOf('PATCH', 'workers/worker-2/', { health: 'Maintenance', job_limit: '4' })).toBe(
          200,
        );
        expect(await restJson('workers/worker-2/')).toMatchObject({ health: 'Maintenance', job_limit: 4 });
        expect(await statusOf('PUT', 'workers/worker-2/', { job_limit: 1 })).toBe(200);
        expect(await statusOf('PATCH', 'workers/nobody/', {})).toBe(404);
      });

      it('creates aliases, and returns those of displayed types', async () => {
        expect(await statusOf('POST', 'aliases/', { name: 'a-1', device_type: 'type-a' })).toBe(201);
        expect(await statusOf('POST', 'aliases/', { name: 'a-1', device_type: 'type-a' })).toBe(400);
        expect(await statusOf('POST', 'aliases/', { name: 'a-2', device_type: 'no-such-type' })).toBe(400);
        expect(await statusOf('POST', 'aliases/', { name: 'type-a', device_type: 'type-a' })).toBe(201);
        expect(await restJson('aliases/')).toMatchObject({ count: 2 });
        expect(await restJson('aliases/a-1/')).toEqual({ name: 'a-1', device_type: 'type-a' });
        await rpc('scheduler.device_types.update', 'type-a', null, false, null, null, null, null);
        expect(await restJson('aliases/')).toMatchObject({ count: 0 });
        expect(await restJson('devicetypes/type-a/')).toMatchObject({
          display: false,
          aliases: expect.arrayContaining(['a-1', 'type-a']) as string[],
        });
      });

      it('creates and deletes tags', async () => {
        const made = await rest('POST', 'tags/', { name: 'usb', description: 'a port' });
        expect(made.status).toBe(201);
        const { id } = JSON.parse(made.text) as { id: number };
        expect(await statusOf('POST', 'tags/', { name: 'usb' })).toBe(400);
        expect(await statusOf('POST', 'tags/', { name: 'a b' })).toBe(400);
        expect(await statusOf('PATCH', 'devices/board-1/', { tags: [id] })).toBe(200);
        expect(await rpc('scheduler.devices.tags.list', 'board-1')).toEqual(['usb']);
        expect(await statusOf('DELETE', `tags/${id}/`)).toBe(204);
        expect(await restJson('devices/board-1/')).toMatchObject({ tags: [] });
      });

      it('grants permissions to groups', async () => {
        const grant = { group: 'lab-one', permission: 'view_device', device: 'board-1' };
        const made = await rest('POST', 'permissions/devices/', grant);
        expect(made.status).toBe(201);
        expect(JSON.parse(made.text)).toEqual({ id: expect.any(Number) as number, ...grant });
        for (const wrong of [
          { group: 'nobody' },
          { permission: 'view_devicetype' },
          { permission: 'fly_device' },
          { device: 'nobody' },
          { group: undefined },
        ]) {
          expect([wrong, await statusOf('POST', 'permissions/devices/', { ...grant, ...wrong })]).toEqual([
            wrong,
            400,
          ]);
        }
        const { id } = JSON.parse(made.text) as { id: number };
        expect(await restJson('permissions/devices/')).toMatchObject({ count: 1 });
        expect(await restJson('permissions/devicetypes/')).toMatchObject({ count: 0 });
        expect(await statusOf('DELETE', `permissions/devices/${id}/`)).toBe(204);
        expect(await statusOf('DELETE', `permissions/devices/${id}/`)).toBe(404);
      });

      it('does not have an address for every name', async () => {
        for (const name of ['b@1', 'b 1', 'b,1', 'b.1']) {
          await rpc('scheduler.devices.add', name, 'type-a', 'worker-1');
          const path = `devices/${encodeURIComponent(name)}/`;
          const isThere = name === 'b.1' || has('2024.09');
          expect([name, await statusOf('GET', path)]).toEqual([name, isThere ? 200 : 404]);
        }
        await rpc('scheduler.device_types.aliases.add', 'type-a', 'ti,omap');
        await rpc('scheduler.device_types.aliases.add', 'type-a', 'ti.omap');
        expect(await statusOf('GET', 'aliases/ti,omap/')).toBe(200);
        expect(await statusOf('GET', 'aliases/ti.omap/')).toBe(404);
      });

      it('ignores invalid parameters in an address', async () => {
        for (const query of [
          'ordering=nonsense',
          'search=nobody',
          'limit=0',
          'limit=-1',
          'limit=x',
          'health=',
          'all=',
        ]) {
          expect([query, (await restJson(`devices/?${query}`))['count']]).toEqual([query, 1]);
        }
        expect(await restJson('devices/?offset=10')).toMatchObject({ count: 1, results: [], next: null });
        expect(await statusOf('GET', 'devices/?health=fine')).toBe(has('2026.10') ? 400 : 500);
        expect(await statusOf('GET', 'system/nothing/')).toBe(404);
      });

      it('requires JSON or a form', async () => {
        const send = async (type: string, body: string): Promise<number> => {
          const response = await fetch(`${master.url}/api/v0.2/devices/board-1/`, {
            method: 'PATCH',
            headers: { authorization: `Token ${master.token}`, 'content-type': type },
            body,
          });
          return response.status;
        };
        expect(await send('application/json', '{"description": "x"')).toBe(400);
        expect(await send('application/json', '[]')).toBe(400);
        expect(await send('application/json', '"text"')).toBe(400);
        expect(await send('application/xml', '<a/>')).toBe(415);
        expect(await send('application/x-www-form-urlencoded', 'description=by+form')).toBe(200);
        expect(await restJson('devices/board-1/')).toMatchObject({ description: 'by form' });
      });
    });

    describe('deleting', () => {
      it('deletes a device but leaves its dictionary for a new one with the same name', async () => {
        await rpc('scheduler.devices.set_dictionary', 'board-1', 'old');
        expect(await statusOf('DELETE', 'devices/board-1/')).toBe(204);
        expect(await rpc('scheduler.devices.get_dictionary', 'board-1')).toEqual({ fault: 404 });
        await rpc('scheduler.devices.add', 'board-1', 'type-a', 'worker-1');
        expect(await rpc('scheduler.devices.get_dictionary', 'board-1')).toBe('old');
      });

      it('deletes the devices and aliases of a type with it', async () => {
        await rpc('scheduler.device_types.aliases.add', 'type-a', 'a-1');
        expect(await statusOf('DELETE', 'devicetypes/type-a/')).toBe(204);
        expect(await rpc('scheduler.devices.show', 'board-1')).toEqual({ fault: 404 });
        expect(await rpc('scheduler.aliases.list')).toEqual([]);
      });

      it('leaves the devices of a deleted worker without a worker, and keeps its files', async () => {
        await rpc('scheduler.workers.set_env', 'worker-1', 'a: 1\n');
        expect(await statusOf('DELETE', 'workers/worker-1/')).toBe(204);
        expect(await restJson('devices/board-1/')).toMatchObject({ worker_host: null });
        await rpc('scheduler.workers.add', 'worker-1');
        expect(await rpc('scheduler.workers.get_env', 'worker-1')).toBe('a: 1\n');
      });

      it('deletes a file that is written empty, since 2022.04', async () => {
        const type = has('2023.08') ? 'type-a' : 'any-name';
        for (const [set, get, name] of [
          ['devices.set_dictionary', 'devices.get_dictionary', 'board-1'],
          ['device_types.set_template', 'device_types.get_template', type],
          ['device_types.set_health_check', 'device_types.get_health_check', type],
          ['workers.set_config', 'workers.get_config', 'worker-1'],
          ...(has('2022.01') ? [['workers.set_env_dut', 'workers.get_env_dut', 'worker-1'] as const] : []),
        ] as const) {
          await rpc(`scheduler.${set}`, name, 'text\r\nmore\r');
          expect(await rpc(`scheduler.${get}`, name)).toBe('text\nmore\n');
          await rpc(`scheduler.${set}`, name, '');
          const after = await rpc(`scheduler.${get}`, name);
          if (!has('2022.04')) expect([get, after]).toEqual([get, '']);
          // If LAVA is installed with a file for all workers, that file is read.
          else if (get !== 'workers.get_env_dut') expect([get, after]).toEqual([get, { fault: 404 }]);
        }
        if (!has('2022.04')) return;
        await rpc('scheduler.workers.set_env', 'worker-1', 'own');
        expect(await rpc('scheduler.workers.show', 'worker-1')).toMatchObject({ default_env: false });
        await rpc('scheduler.workers.set_env', 'worker-1', '');
        expect(await rpc('scheduler.workers.show', 'worker-1')).toMatchObject({ default_env: true });
        expect(await rpc('scheduler.workers.get_env', 'worker-1')).toEqual(expect.any(String));
      });
    });

    describe('XML-RPC', () => {
      it('returns a specific code for every kind of failure', async () => {
        const faults: readonly [number | 'done', string, ...XmlRpcValue[]][] = [
          [-32601, 'scheduler.no.such.method'],
          [-32603, 'scheduler.devices.show'],
          [-32603, 'scheduler.devices.show', 'board-1', 'more'],
          [404, 'scheduler.devices.show', 'nobody'],
          [404, 'scheduler.devices.add', 'b', 'no-such-type', 'worker-1'],
          [404, 'scheduler.devices.add', 'b', 'type-a', 'no-such-worker'],
          [400, 'scheduler.devices.add', 'b', 'type-a', 'worker-1', null, null, true, 'good'],
          [400, 'scheduler.devices.add', 'board-1', 'type-a', 'worker-1'],
          [404, 'scheduler.devices.update', 'nobody'],
          [404, 'scheduler.devices.update', 'board-1', 'no-such-worker'],
          [400, 'scheduler.devices.update', 'board-1', null, null, null, true, 'Good'],
          [
            has('2022.04') ? 404 : -32603,
            'scheduler.devices.update',
            ...['board-1', null, null, null, true, null, null, 'no-such-type'],
          ],
          [
            has('2026.01') ? 'done' : -32603,
            'scheduler.devices.update',
            ...['board-1', null, null, null, true, null, null, null, 'reason'],
          ],
          [has('2026.01') ? 404 : 'done', 'scheduler.devices.update', 'board-1', null, 'no-such-user'],
          [404, 'scheduler.devices.set_dictionary', 'nobody', ''],
          [404, 'scheduler.devices.get_dictionary', 'board-1'],
          [404, 'scheduler.devices.tags.delete', 'board-1', 'no-such-tag'],
          [400, 'scheduler.workers.add', 'worker-1'],
          [404, 'scheduler.workers.show', 'nobody'],
          [400, 'scheduler.workers.update', 'worker-1', null, 'Active'],
          [has('2026.01') ? 400 : -32603, 'scheduler.workers.update', 'worker-1', null, null, -1],
          [400, 'scheduler.workers.get_env', '../etc'],
          [404, 'scheduler.workers.get_env', 'nobody'],
          [404, 'scheduler.workers.get_config', 'worker-1'],
          [has('2023.03') ? 'done' : -32603, 'scheduler.workers.list', true],
          [400, 'scheduler.device_types.add', 'type-a', null, true, false, 24, 'hours'],
          [
            has('2024.09') ? 'done' : 400,
            'scheduler.device_types.add',
            ...['a b', null, true, false, 24, 'hours'],
          ],
          [400, 'scheduler.device_types.add', 'a/b', null, true, false, 24, 'hours'],
          [400, 'scheduler.device_types.add', 'type-b', null, true, false, 24, 'days'],
          [404, 'scheduler.device_types.show', 'nobody'],
          [400, 'scheduler.device_types.get_template', '../x'],
          [404, 'scheduler.device_types.get_template', 'no-such-template'],
          [has('2023.08') ? 404 : 400, 'scheduler.device_types.set_template', '.hidden', 'x'],
          [has('2023.08') ? 404 : 'done', 'scheduler.device_types.set_health_check', 'no-such-type', 'x'],
          [has('2024.03') ? 400 : 'done', 'scheduler.workers.set_env', 'worker-1', 'a: ['],
          [404, 'scheduler.device_types.aliases.delete', 'type-a', 'no-such-alias'],
          [404, 'scheduler.aliases.add', 'type-a', 'type-a'],
          [400, 'scheduler.aliases.add', 'new', 'no-such-type'],
          [400, 'system.assign_perm_device', 'view_device', 'board-1', 'no-such-group'],
          [400, 'system.assign_perm_device', 'view_device', 'nobody', 'lab-one'],
          [-32603, 'system.assign_perm_device', 'fly_device', 'board-1', 'lab-one'],
        ];
        const seen: unknown[] = [];
        for (const [, method, ...params] of faults) {
          const outcome = await rpc(method, ...params);
          const isFault = typeof outcome === 'object' && outcome !== null && 'fault' in outcome;
          seen.push([isFault ? outcome['fault'] : 'done', method, ...params]);
        }
        expect(seen).toEqual(faults);
      });

      it('rejects wrong credentials with 401, and anonymous writes with a fault', async () => {
        expect(await rpcOutcome('system.version', [], 'admin:wrong')).toEqual({ http: 401 });
        expect(await rpcOutcome('system.version', [], `other:${master.token}`)).toEqual({ http: 401 });
        expect(await rpcOutcome('system.version', [], 'no colon')).toEqual({ http: 400 });
        expect(await rpcOutcome('system.version', [], null)).toBe(master.release);
        expect(await rpcOutcome('scheduler.workers.add', ['w'], null)).toEqual({ fault: 401 });
        expect(await rpcOutcome('scheduler.workers.get_env', ['worker-1'], null)).toEqual(expect.any(String));
      });

      it('rejects some anonymous writes as forbidden instead', async () => {
        expect(await rpcOutcome('scheduler.devices.set_dictionary', ['board-1', 'x'], null)).toEqual({
          fault: 403,
        });
        expect(await rpcOutcome('scheduler.devices.update', ['board-1'], null)).toEqual({ fault: 403 });
        expect(
          await rpcOutcome(
            'scheduler.device_types.update',
            ['type-a', 'x', ...Array<null>(5).fill(null)],
            null,
          ),
        ).toEqual({ fault: 403 });
        expect(await rpcOutcome('scheduler.devices.set_dictionary', ['nobody', 'x'], null)).toEqual({
          fault: 404,
        });
      });

      it('rejects a request of more than 2.5 MiB', async () => {
        const large = 'x'.repeat(2_700_000);
        expect(await rpc('scheduler.devices.set_dictionary', 'board-1', large)).toEqual({ http: 400 });
        expect(await statusOf('PATCH', 'devices/board-1/', { description: large })).toBe(400);
      });

      it('returns a fault for a request that is not XML-RPC', async () => {
        const send = async (body: string): Promise<unknown> => {
          const response = await fetch(`${master.url}/RPC2`, { method: 'POST', body });
          const result = decodeResponse(await response.text());
          return result.ok ? 'a value' : result.fault.code;
        };
        expect(await send('hello')).toBe(-32603);
        expect(await send('<a/>')).toBe(-32600);
        expect(await send('<methodCall><methodName>a')).toBe(-32603);
        const answer = await fetch(`${master.url}/RPC2`, { redirect: 'manual' });
        expect(answer.status).toBe(302);
      });

      it('executes the calls of one request in order, and continues after a failure', async () => {
        const call = (methodName: string, ...params: XmlRpcValue[]): XmlRpcValue => ({ methodName, params });
        expect(
          await rpc('system.multicall', [
            call('scheduler.workers.add', 'worker-2'),
            call('scheduler.workers.add', 'worker-2'),
            call('scheduler.workers.update', 'worker-2', 'two'),
            { methodName: 'system.version' },
            call('system.api_version'),
          ]),
        ).toEqual([
          [null],
          { faultCode: 400, faultString: expect.any(String) as string },
          [null],
          { faultCode: -32602, faultString: expect.any(String) as string },
          [2],
        ]);
        expect(await rpc('scheduler.workers.show', 'worker-2')).toMatchObject({ description: 'two' });
      });

      it('shows existing objects', async () => {
        const permissions = has('2023.03') ? { permissions: [] } : {};
        await rpc('scheduler.devices.tags.add', 'board-1', 'usb');
        await rpc('scheduler.device_types.aliases.add', 'type-a', 'a-1');
        expect(await rpc('scheduler.devices.show', 'board-1')).toEqual({
          hostname: 'board-1',
          device_type: 'type-a',
          health: 'Good',
          state: 'Idle',
          health_job: false,
          description: 'first',
          pipeline: true,
          has_device_dict: false,
          worker: 'worker-1',
          current_job: null,
          tags: ['usb'],
          ...permissions,
        });
        expect(await rpc('scheduler.device_types.show', 'type-a')).toEqual({
          name: 'type-a',
          description: null,
          display: true,
          health_disabled: false,
          aliases: ['a-1'],
          devices: ['board-1'],
          ...(has('2022.04')
            ? { health_denominator: 'hours', health_frequency: 24, default_template: true }
            : {}),
          ...permissions,
        });
        expect(await rpc('scheduler.workers.show', 'worker-1')).toEqual({
          hostname: 'worker-1',
          description: 'one',
          state: 'Offline',
          health: 'Active',
          devices: ['board-1'],
          last_ping: expect.any(Date) as Date,
          job_limit: 0,
          version: null,
          ...(has('2022.04') ? { default_config: true, default_env: true, default_env_dut: true } : {}),
          token: expect.stringMatching(/^\w{32}$/) as string,
        });
        expect(await rpc('scheduler.tags.show', 'usb')).toEqual({
          name: 'usb',
          description: null,
          devices: ['board-1'],
        });
      });

      it('grants permissions by name, since 2023.03', async () => {
        if (!has('2023.03')) return;
        for (const [path, name, permission] of [
          ['devices', 'board-1', 'view_device'],
          ['device_types', 'type-a', 'change_devicetype'],
        ] as const) {
          const perms = (verb: string, ...params: XmlRpcValue[]) =>
            rpc(`scheduler.${path}.perms_${verb}`, name, ...params);
          expect(await perms('add', 'lab-one', permission)).toBe(null);
          expect(await perms('list')).toEqual([{ name: permission, group: 'lab-one' }]);
          expect(await rpc(`scheduler.${path}.show`, name)).toMatchObject({
            permissions: [{ name: permission, group: 'lab-one' }],
          });
          expect(await perms('add', 'no-such-group', permission)).toEqual({ fault: 404 });
          expect(await perms('add', 'lab-one', 'fly')).toEqual({ fault: -32603 });
          expect(await perms('delete', 'lab-one', permission)).toBe(null);
          expect(await perms('delete', 'lab-one', permission)).toBe(null);
          expect(await perms('list')).toEqual([]);
        }
      });

      it('assigns an alias to one type only: the last one that claims it', async () => {
        await rpc('scheduler.device_types.add', 'type-b', null, true, false, 24, 'hours');
        await rpc('scheduler.device_types.aliases.add', 'type-a', 'x');
        await rpc('scheduler.device_types.aliases.add', 'type-b', 'x');
        expect(await rpc('scheduler.device_types.aliases.list', 'type-a')).toEqual([]);
        expect(await rpc('scheduler.device_types.aliases.delete', 'type-a', 'x')).toEqual({ fault: -32603 });
        await rpc('scheduler.device_types.aliases.delete', 'type-b', 'x');
        expect(await rpc('scheduler.aliases.show', 'x')).toEqual({ name: 'x', device_type: '' });
      });

      it('changes the health of devices with that of their worker', async () => {
        const board = async () => (await restJson('devices/board-1/?all=true'))['health'];
        const set = (health: string) => rpc('scheduler.workers.update', 'worker-1', null, health);
        await set('MAINTENANCE');
        expect(await board()).toBe(has('2022.01') ? 'Good' : 'Maintenance');
        await set('ACTIVE');
        expect(await board()).toBe('Unknown');
        await rpc('scheduler.devices.update', 'board-1', null, null, null, true, 'GOOD');
        await rest('PATCH', 'workers/worker-1/', { health: 'Active' });
        expect(await board()).toBe(has('2022.01') ? 'Unknown' : 'Good');
        await set('RETIRED');
        expect(await board()).toBe('Retired');
        await set('ACTIVE');
        expect(await board()).toBe('Retired');
      });
    });
  });
}

interface Page {
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly { readonly hostname: string }[];
}
