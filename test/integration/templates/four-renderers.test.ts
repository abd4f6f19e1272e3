/** Lab, plan, embedded master and simulated master turn the same dictionaries and templates into the same text. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLabTemplates, renderDevice } from '../../../src/lab/index.js';
import { createMasterTarget } from '../../../src/lava/index.js';
import { keyOf, type ObservedMaster } from '../../../src/model/index.js';
import { worldOf } from '../../../src/plan/rendered/world.js';
import { startSimulatedMaster, type SimulatedMaster } from '../../../src/simulator/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { startTestMaster, type TestMaster } from '../../support/master/running-master.js';
import { converge, device, deviceType, template, worker } from '../../support/targets/master-changes.js';

const templates = {
  common: "name: '{{ scheduled_device_name }}'\nport: {{ port }}\n",
  board: "{% extends 'common.jinja2' %}\n{% set port = port | default(1) %}\n",
};
/** The second extends the dictionary of the first. */
const dictionaries = {
  'board-1': "{% extends 'board.jinja2' %}\n{% set port = 2 %}\n",
  'board-2': "{% extends 'board-1.jinja2' %}\n",
  'board-3': "{% extends 'board.jinja2' %}\n",
  broken: "{% extends 'missing.jinja2' %}\n",
};
const expected = {
  'board-1': "name: ''\nport: 2",
  'board-2': "name: ''\nport: 2",
  'board-3': "name: ''\nport: 1",
};

const sync = '{% set sync_to_lava = {"device_type": "board", "worker": "w1"} %}\n';
const objects = [
  worker('w1'),
  deviceType('board'),
  // LAVA stores a template only under the name of a device type.
  deviceType('common'),
  ...Object.entries(templates).map(([name, text]) => template(name, text)),
  ...Object.entries(dictionaries).map(([name, text]) =>
    device(name, { deviceType: 'board', worker: 'w1', dictionary: text + sync }),
  ),
];

const observed: ObservedMaster = {
  software: 'lavaflow',
  release: '1',
  objects: new Map(objects.map((object) => [keyOf(object), object])),
  unreadable: [],
  unsupported: new Set(),
  builtIn: new Set(),
};
const world = worldOf(observed, [], new Map());

let own: TestMaster;
let simulated: SimulatedMaster;
beforeAll(async () => {
  own = await startTestMaster();
  const changes = objects.map((object) => ({ verb: 'create', ...object }));
  expect((await own.apply('r1', changes)).status).toBe(200);
  simulated = await startSimulatedMaster({ release: '2023.01' });
  await converge(createMasterTarget(simulated), objects);
});
afterAll(async () => {
  await own.stop();
  await simulated.stop();
});

async function simulatedText(name: string): Promise<string> {
  const response = await fetch(`${simulated.url}/api/v0.2/devices/${name}/dictionary/?render=true`, {
    headers: { authorization: `Token ${simulated.token}` },
  });
  return response.ok ? await response.text() : '';
}

it('is the same text for each of them', async () => {
  const files = labOf({
    ...Object.fromEntries(
      Object.entries(templates).map(([name, text]) => [`device-types/${name}.jinja2`, text]),
    ),
    ...Object.fromEntries(
      Object.entries(dictionaries).map(([name, text]) => [`device-dictionaries/${name}.jinja2`, text + sync]),
    ),
  });
  const lab = createLabTemplates(files);
  for (const [name, text] of Object.entries(expected)) {
    expect(renderDevice(lab, name).trim()).toBe(text);
    expect(world.render(name)).toEqual({ state: 'rendered', lines: text.split('\n') });
    const answer = await own.call('GET', `/api/v0.2/devices/${name}/dictionary/?render=1`, own.admin);
    expect(answer.text.trim()).toBe(text);
    expect((await simulatedText(name)).trim()).toBe(text);
  }
});

it('is refused by each of them when a template is missing', async () => {
  expect(world.render('broken')).toMatchObject({
    state: 'fails',
    isNotFound: true,
  });
  const answer = await own.call('GET', '/api/v0.2/devices/broken/dictionary/?render=1', own.admin);
  expect(answer.text).toContain('missing.jinja2');
  expect(await simulatedText('broken')).toBe('');
});
