import { describe, expect, it } from 'vitest';
import { createLabLoader, loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

/** Successive changes of smallLab in one loader, and how many dictionaries are rendered again after each. */
const changes: readonly { what: string; change: Record<string, string>; rendered: number }[] = [
  { what: 'nothing', change: {}, rendered: 0 },
  {
    what: 'one dictionary',
    change: { 'device-dictionaries/board-2.jinja2': `${dictionary('board', 'w2')}{# new #}` },
    rendered: 1,
  },
  { what: 'one template', change: { 'device-types/lonely.jinja2': 'usb_sleep: 2\n' }, rendered: 1 },
  {
    what: 'a base template',
    change: { 'device-types/our-base.jinja2': 'actions: {deploy: {}}\n' },
    rendered: 2,
  },
  { what: 'a template that nothing uses', change: { 'device-types/new.jinja2': 'y: 1\n' }, rendered: 0 },
  { what: 'a worker', change: { 'workers/w1/worker.yaml': 'kind: Worker\nsite: there\n' }, rendered: 0 },
  {
    what: 'an added dictionary',
    change: { 'device-dictionaries/more.jinja2': dictionary('lonely', 'w1') },
    rendered: 1,
  },
];

describe('createLabLoader', () => {
  it.each(changes)('renders again only what uses $what that changed', ({ change, rendered }) => {
    const loader = createLabLoader();
    expect(loader.load(labOf(smallLab)).rendered).toBe(3);
    const changed = labOf({ ...smallLab, ...change });
    const again = loader.load(changed);
    expect(again.rendered).toBe(rendered);
    const fresh = loadLab(changed);
    expect(again).toEqual({ ...fresh, rendered });
  });

  it('renders again when a missing template appears', () => {
    const including = {
      ...smallLab,
      'device-types/lonely.jinja2': "usb_sleep: 1\n{% include 'maybe.jinja2' ignore missing %}\n",
    };
    const loader = createLabLoader();
    loader.load(labOf(including));
    const { rendered, findings } = loader.load(
      labOf({ ...including, 'device-types/maybe.jinja2': '- no mapping\n' }),
    );
    expect(rendered).toBe(1);
    expect(findings.map(({ code }) => code)).toEqual(['rendered-not-yaml']);
  });

  it('renders again when a computed name changes', () => {
    const computed = (text: string) =>
      labOf({
        ...smallLab,
        'device-types/lonely.jinja2': "{% set part = 'pa' ~ 'rt.jinja2' %}{% include part %}\n",
        'device-types/part.jinja2': text,
      });
    const loader = createLabLoader();
    expect(loader.load(computed('usb_sleep: 1\n')).findings).toEqual([]);
    expect(loader.load(computed('usb_sleep: 1\n')).rendered).toBe(0);
    const { rendered, findings } = loader.load(computed('[]\n'));
    expect([rendered, findings.map(({ code }) => code)]).toEqual([1, ['rendered-not-a-mapping']]);
  });

  it('reports known findings again, and retries what failed', () => {
    const broken = labOf({
      ...smallLab,
      'device-types/lonely.jinja2': 'no mapping\n',
      'device-types/board.jinja2': '{{ 1 // 0 }}\n',
    });
    const loader = createLabLoader();
    const first = loader.load(broken);
    const second = loader.load(broken);
    expect(second.findings).toEqual(first.findings);
    expect(second.findings.map(({ code }) => code)).toEqual(['rendered-not-a-mapping', 'template-fails']);
    expect(second.rendered).toBe(2);
    expect(loader.load(labOf(smallLab)).findings).toEqual([]);
  });

  it('can leave out rendering, and remembers what was rendered before', () => {
    const broken = { ...smallLab, 'device-types/lonely.jinja2': '{{ 1 / 0 }}\n' };
    const loader = createLabLoader();
    expect(loader.load(labOf(smallLab)).rendered).toBe(3);
    const light = loader.load(labOf(broken), { withoutRendering: true });
    expect(light).toMatchObject({ rendered: 0, findings: [] });
    expect(light.lab?.desired.get('main')?.blocked.size).toBe(0);
    expect(loader.load(labOf(smallLab)).rendered).toBe(0);
    expect(loader.load(labOf(broken)).findings).not.toEqual([]);
  });

  it('considers the templates of sources', () => {
    const { 'device-types/our-base.jinja2': base = '', ...rest } = smallLab;
    const files = labOf(rest);
    const withBase = (text: string) => ({
      templates: new Map([['our-base.jinja2', { text, file: 'elsewhere/our-base.jinja2' }]]),
    });
    const loader = createLabLoader();
    loader.load(files, withBase(base));
    expect(loader.load(files, withBase(base)).rendered).toBe(0);
    expect(loader.load(files, withBase('[')).rendered).toBe(2);
  });
});
