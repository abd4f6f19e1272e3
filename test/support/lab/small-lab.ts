/** The smallest lab that contains every kind of object, as texts by path; tests change a file and check the effect. */
export const smallLab: Readonly<Record<string, string>> = {
  'lab-config/lab.yaml': 'kind: Lab\nname: small\n',
  'lab-config/masters/main.yaml': 'kind: Master\nurl: https://lava.example.org\nsites: [here]\n',
  'lab-config/masters/other.yaml': 'kind: Master\nurl: https://other.example.org\nsites: [there]\n',
  'lab-config/sites/here.yaml': "kind: Site\nowners: ['@someone']\n",
  'lab-config/sites/there.yaml': "kind: Site\nowners: ['@org/team']\n",
  'workers/w1/worker.yaml': 'kind: Worker\nsite: here\ndescription: first\n',
  'workers/w2/worker.yaml': 'kind: Worker\nsite: there\n',
  'device-types/our-base.jinja2': 'actions: {deploy: {methods: {}}}\n',
  'device-types/board.jinja2': "{% extends 'our-base.jinja2' %}\n",
  'device-types/board.yaml': 'kind: DeviceType\ndescription: a board\n',
  'device-types/board.health-check.yaml':
    'job_name: check\ntimeouts: {job: {minutes: 5}}\nvisibility: public\nactions: []\n',
  'device-types/lonely.jinja2': 'parameters: {x: 1}\n',
  'device-dictionaries/board-1.jinja2': dictionary('board', 'w1'),
  'device-dictionaries/board-2.jinja2': dictionary('board', 'w2'),
  'device-dictionaries/lonely-1.jinja2': dictionary('lonely', 'w1'),
};

export function dictionary(type: string, worker: string): string {
  return `{% extends '${type}.jinja2' %}\n{% set sync_to_lava = {"device_type": "${type}", "worker": "${worker}"} %}\n`;
}
