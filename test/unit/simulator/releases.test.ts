import { afterEach, describe, expect, it } from 'vitest';
import { type SimulatedMaster, startSimulatedMaster } from '../../../src/simulator/index.js';
import { decodeResponse, encodeCall, type XmlRpcValue } from '../../../src/xml-rpc/index.js';

const masters: SimulatedMaster[] = [];
afterEach(async () => {
  for (const master of masters.splice(0)) await master.stop();
});

/** A master of a release with one device, and the ways to ask it. */
async function lava(release: string) {
  const master = await startSimulatedMaster({ release });
  masters.push(master);
  const rpc = async (method: string, ...params: XmlRpcValue[]): Promise<XmlRpcValue | { fault: number }> => {
    const response = await fetch(`${master.url}/RPC2`, {
      method: 'POST',
      headers: {
        'content-type': 'text/xml',
        authorization: `Basic ${Buffer.from(`admin:${master.token}`).toString('base64')}`,
      },
      body: encodeCall(method, params),
    });
    const result = decodeResponse(await response.text());
    if (!result.ok) return { fault: result.fault.code };
    return result.value instanceof Uint8Array ? Buffer.from(result.value).toString('utf8') : result.value;
  };
  const rest = async (method: string, path: string, body?: object | string) => {
    const response = await fetch(`${master.url}/api/v0.2/${path}`, {
      method,
      headers: {
        authorization: `Token ${master.token}`,
        'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };
  await rpc('scheduler.device_types.add', 'type-a', null, true, false, 24, 'hours');
  await rpc('scheduler.workers.add', 'worker-1');
  await rpc('scheduler.devices.add', 'board-1', 'type-a', 'worker-1', null, null, true, 'GOOD');
  return { master, rpc, rest };
}

/** Each on the last release without it and the first with it. */
describe('what appears, or goes, with a release', () => {
  it('certificates: until 2020.08', async () => {
    const [old, later] = [await lava('2020.08'), await lava('2020.09')];
    expect(await old.rpc('scheduler.workers.get_certificate', 'worker-1')).toEqual({ fault: 404 });
    expect(await old.rpc('scheduler.workers.set_certificate', 'worker-1', 'anything')).toBe(true);
    expect(await old.rpc('scheduler.workers.get_certificate', 'worker-1')).toBe('anything');
    expect((await old.rest('GET', 'workers/worker-1/certificate/')).text).toBe('anything');
    expect(await old.rpc('scheduler.workers.list')).toContain('lava-logs');
    expect(JSON.parse((await old.rest('GET', 'workers/worker-1/')).text)).not.toHaveProperty('token');
    expect(await later.rpc('scheduler.workers.set_certificate', 'worker-1', 'x')).toEqual({ fault: -32601 });
    expect(await later.rpc('scheduler.workers.list')).not.toContain('lava-logs');
    expect(JSON.parse((await later.rest('GET', 'workers/worker-1/')).text)).toHaveProperty('token');
  });

  it('is_synced: 2020.06', async () => {
    const [old, later] = [await lava('2020.05'), await lava('2020.06')];
    expect(JSON.parse((await old.rest('GET', 'devices/board-1/')).text)).not.toHaveProperty('is_synced');
    expect(JSON.parse((await later.rest('GET', 'devices/board-1/')).text)).toHaveProperty('is_synced', false);
  });

  it('validating: 2021.05; setting health over REST: 2021.08 and 2024.09', async () => {
    expect((await (await lava('2021.04')).rest('POST', 'devices/validate/', 'x')).status).toBe(405);
    expect((await (await lava('2021.05')).rest('POST', 'devices/validate/', 'x: 1')).status).toBe(200);
    const health = { health: 'bad' };
    expect((await (await lava('2021.07')).rest('POST', 'devices/board-1/set_health/', health)).status).toBe(
      404,
    );
    expect((await (await lava('2021.08')).rest('POST', 'devices/board-1/set_health/', health)).status).toBe(
      202,
    );
    const active = { health: 'Active' };
    expect((await (await lava('2024.08')).rest('POST', 'workers/worker-1/set_health/', active)).status).toBe(
      404,
    );
    expect((await (await lava('2024.09')).rest('POST', 'workers/worker-1/set_health/', active)).status).toBe(
      202,
    );
  });

  it('maintenance of a worker moves its devices until 2021.12', async () => {
    const health = async ({ rpc }: Awaited<ReturnType<typeof lava>>, word: string) => {
      await rpc('scheduler.workers.update', 'worker-1', null, word);
      return await rpc('scheduler.devices.show', 'board-1');
    };
    const [old, later] = [await lava('2021.12'), await lava('2022.01')];
    expect(await health(old, 'MAINTENANCE')).toMatchObject({ health: 'Maintenance' });
    expect(await health(old, 'ACTIVE')).toMatchObject({ health: 'Unknown' });
    expect(await health(later, 'MAINTENANCE')).toMatchObject({ health: 'Good' });
    expect(await health(later, 'ACTIVE')).toMatchObject({ health: 'Unknown' });
  });

  it('the environment of boards: 2022.01', async () => {
    expect(await (await lava('2021.12')).rpc('scheduler.workers.set_env_dut', 'worker-1', 'x')).toEqual({
      fault: -32601,
    });
    expect(await (await lava('2022.01')).rpc('scheduler.workers.set_env_dut', 'worker-1', 'x')).toBe(true);
  });

  it('an empty text deletes, flags tell fallbacks, a device changes its type: 2022.04', async () => {
    const [old, later] = [await lava('2022.03'), await lava('2022.04')];
    for (const { rpc } of [old, later]) {
      await rpc('scheduler.devices.set_dictionary', 'board-1', 'x');
      await rpc('scheduler.devices.set_dictionary', 'board-1', '');
    }
    expect(await old.rpc('scheduler.devices.get_dictionary', 'board-1')).toBe('');
    expect(await later.rpc('scheduler.devices.get_dictionary', 'board-1')).toEqual({ fault: 404 });
    expect(await old.rpc('scheduler.workers.show', 'worker-1')).not.toHaveProperty('default_env');
    expect(await later.rpc('scheduler.workers.show', 'worker-1')).toHaveProperty('default_env', true);
    const retype = ['board-1', null, null, null, true, null, null, 'type-a'];
    expect(await old.rpc('scheduler.devices.update', ...retype)).toEqual({ fault: -32603 });
    expect(await later.rpc('scheduler.devices.update', ...retype)).toBe(null);
  });

  it('permissions by their own calls: 2023.03; deleting: 2023.05', async () => {
    const [old, later] = [await lava('2023.02'), await lava('2023.05')];
    for (const { master } of [old, later]) master.state.groups.set(50, 'lab');
    expect(await old.rpc('scheduler.devices.perms_list', 'board-1')).toEqual({ fault: -32601 });
    expect(await old.rpc('scheduler.devices.delete', 'board-1')).toEqual({ fault: -32601 });
    await later.rpc('scheduler.devices.perms_add', 'board-1', 'lab', 'view_device');
    expect(await later.rpc('scheduler.devices.show', 'board-1')).toMatchObject({
      permissions: [{ name: 'view_device', group: 'lab' }],
    });
    await later.rpc('scheduler.workers.update', 'worker-1', null, 'RETIRED');
    expect(await later.rpc('scheduler.workers.list')).toEqual(['example.com']);
    expect(await later.rpc('scheduler.workers.list', true)).toEqual(['example.com', 'worker-1']);
    await later.rpc('scheduler.devices.delete', 'board-1');
    expect(await later.rpc('scheduler.devices.show', 'board-1')).toEqual({ fault: 404 });
  });

  it('templates need their type: 2023.08; worker files must be YAML: 2024.03', async () => {
    const write = ['scheduler.device_types.set_template', 'other', 'x'] as const;
    expect(await (await lava('2023.07')).rpc(...write)).toBe(null);
    expect(await (await lava('2023.08')).rpc(...write)).toEqual({ fault: 404 });
    const env = ['scheduler.workers.set_env', 'worker-1', 'a: b: c'] as const;
    expect(await (await lava('2024.02')).rpc(...env)).toBe(true);
    expect(await (await lava('2024.03')).rpc(...env)).toEqual({ fault: 400 });
  });

  it('a slash in a name: until 2024.08; an owner by XML-RPC: 2026.01; users over REST: 2026.04', async () => {
    expect(await (await lava('2024.08')).rpc('scheduler.workers.add', 'a/b')).toBe(null);
    expect(await (await lava('2024.09')).rpc('scheduler.workers.add', 'a/b')).toEqual({ fault: 400 });
    const [old, later] = [await lava('2025.12'), await lava('2026.01')];
    for (const { rpc } of [old, later]) await rpc('scheduler.devices.update', 'board-1', null, 'admin');
    expect(old.master.state.devices.get('board-1')?.owner).toBe(null);
    expect(later.master.state.devices.get('board-1')?.owner).not.toBe(null);
    expect((await later.rest('GET', 'users/')).status).toBe(404);
    const newest = await lava('2026.04');
    expect(JSON.parse((await newest.rest('GET', 'users/?ordering=id')).text)).toMatchObject({
      results: [{ username: 'lava-health' }, { username: 'admin' }],
    });
    expect((await newest.rest('PUT', 'devices/board-1/', { description: 'x' })).status).toBe(200);
  });

  it('a rendering that knows its device: 2026.06', async () => {
    const dictionary = "is: '{{ scheduled_device_name }} {{ scheduled_device_type }} {{ arch }}'";
    const render = async ({ rpc }: Awaited<ReturnType<typeof lava>>) => {
      await rpc('scheduler.devices.set_dictionary', 'board-1', dictionary);
      return rpc('scheduler.devices.get_dictionary', 'board-1', true, 'arch: arm');
    };
    expect(await render(await lava('2026.05'))).toBe("is: '  arm'");
    expect(await render(await lava('2026.06'))).toBe("is: 'board-1 type-a arm'");
  });

  it.each(['2020.04', '2026.11', '2023.13', 'newest', ''])('there is no %j to simulate', async (release) => {
    await expect(startSimulatedMaster({ release })).rejects.toMatchObject({ name: 'UsageError' });
  });
});
