/** The smallest lab that can run a job, as the changes of a revision, and a job for it. */
export const key = (letter: string) => `metadata\ncurve\n    public-key = "${letter.repeat(40)}"\n`;

/** One worker `w1`, one type `sim` (alias `simulator`), one device `sim-1`, without a health check. */
export const smallLab = [
  {
    verb: 'create',
    kind: 'template',
    name: 'sim',
    fields: { text: 'parameters:\n  board: {{ name }}\n  arch: {{ arch }}\n' },
  },
  { verb: 'create', kind: 'device-type', name: 'sim', fields: { aliases: ['simulator'] } },
  {
    verb: 'create',
    kind: 'worker',
    name: 'w1',
    fields: { certificate: key('a'), env: 'purge: false\n', dispatcherConfig: 'dispatcher_ip: 10.0.0.1\n' },
  },
  {
    verb: 'create',
    kind: 'device',
    name: 'sim-1',
    fields: {
      deviceType: 'sim',
      worker: 'w1',
      tags: ['usb'],
      dictionary: "{% extends 'sim.jinja2' %}\n{% set name = 'one' %}\n",
    },
  },
] as const;

export const definition = `
job_name: smoke
device_type: simulator
visibility: public
timeouts: {job: {minutes: 10}}
context: {arch: amd64}
actions:
- boot: {method: minimal}
`;
