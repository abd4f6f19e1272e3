import { cruise, type IReporterOutput } from 'dependency-cruiser';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { ICruiseOptions, ICruiseResult } from 'dependency-cruiser';

interface RuleFile {
  readonly forbidden: NonNullable<ICruiseOptions['ruleSet']>['forbidden'];
}
const rules = createRequire(import.meta.url)('../../../.dependency-cruiser.cjs') as RuleFile;

/** The names of the rules that a tree of source files breaks. */
async function brokenRules(root: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const output: IReporterOutput = await cruise(['src'], {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: rules.forbidden ?? [] },
    tsPreCompilationDeps: true,
  });
  const result = output.output as ICruiseResult;
  return result.summary.violations.map((violation) => violation.rule.name);
}

test('use cases print nothing, read no arguments and set no exit code', () => {
  const app = join(import.meta.dirname, '../../../src/app');
  const files = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const own = /\bprocess\.(?:stdout|stdin|stderr|argv|exit|exitCode|on|once)\b|\bconsole\./;
  expect(files.length).toBeGreaterThan(40);
  expect(files.filter((name) => own.test(readFileSync(join(app, name), 'utf8')))).toEqual([]);
});

describe('the direction rules', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lavaflow-architecture-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const labRooms = ['lab', 'git', 'reconcile', 'controller', 'github'];
  for (const runtime of ['master', 'dispatcher', 'executor', 'wire']) {
    test.each(labRooms)(`refuse that ${runtime} imports %s`, async (room) => {
      const broken = await brokenRules(root, {
        [`src/${runtime}/index.ts`]: `import { x } from '../${room}/index.js';\nexport const y = x;\n`,
        [`src/${room}/index.ts`]: 'export const x = 1;\n',
      });
      expect(broken).toContain(`direction-${runtime}`);
    });
  }

  test('refuse that the two halves of the runtime import each other, even types alone', async () => {
    const broken = await brokenRules(root, {
      'src/master/index.ts': "import type { X } from '../dispatcher/index.js';\nexport type Y = X;\n",
      'src/dispatcher/index.ts': 'export type X = 1;\n',
    });
    expect(broken).toEqual(['direction-master']);
  });

  test.each([
    ['executor', 'dispatcher'],
    ['executor', 'master'],
    ['dispatcher', 'executor'],
    ['master', 'executor'],
  ])('refuse that %s imports %s', async (from, to) => {
    const broken = await brokenRules(root, {
      [`src/${from}/index.ts`]: `import { x } from '../${to}/index.js';\nexport const y = x;\n`,
      [`src/${to}/index.ts`]: 'export const x = 1;\n',
    });
    expect(broken).toEqual([`direction-${from}`]);
  });

  test('refuse a directory named test in a room', async () => {
    const broken = await brokenRules(root, {
      'src/executor/test/shell.ts': "export { x } from './inner.js';\n",
      'src/executor/test/inner.ts': 'export const x = 1;\n',
    });
    expect(broken).toEqual(['no-tests-in-src']);
  });

  test.each(['plan', 'templates', 'master', 'simulator'])('refuse that %s imports lab', async (room) => {
    const broken = await brokenRules(root, {
      [`src/${room}/index.ts`]: "import { x } from '../lab/index.js';\nexport const y = x;\n",
      'src/lab/index.ts': 'export const x = 1;\n',
    });
    expect(broken).toContain(`direction-${room}`);
  });

  test('accept that lab, plan, master and simulator render devices through templates', async () => {
    const rooms = ['lab', 'plan', 'master', 'simulator'];
    const users = rooms.map((room): [string, string] => [
      `src/${room}/index.ts`,
      "export { x } from '../templates/index.js';\n",
    ]);
    const broken = await brokenRules(root, {
      ...Object.fromEntries(users),
      'src/templates/index.ts': "export { x } from '../jinja/index.js';\n",
      'src/jinja/index.ts': 'export const x = 1;\n',
    });
    expect(broken).toEqual([]);
  });

  test('refuse that the APIs of the master read the store', async () => {
    const broken = await brokenRules(root, {
      'src/master/api/devices.ts': "export { x } from '../store/devices.js';\n",
      'src/master/views/devices.ts': "export { x } from '../store/devices.js';\n",
      'src/master/store/devices.ts': 'export const x = 1;\n',
    });
    expect(broken).toEqual(['apis-format-views']);
  });

  test.each(['../store/database/tables.js', 'kysely'])(
    'refuse that the master imports %s outside its store',
    async (module) => {
      const broken = await brokenRules(root, {
        'src/master/jobs/submit.ts': `import { x } from '${module}';\nexport const y = x;\n`,
        'src/master/store/jobs.ts': "export { x } from './database/tables.js';\n",
        'src/master/store/database/tables.ts': 'export const x = 1;\n',
      });
      expect(broken).toContain('rows-stay-in-the-store');
    },
  );

  test('refuse that a pure room does I/O', async () => {
    const broken = await brokenRules(root, {
      'src/plan/index.ts': "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n",
    });
    expect(broken).toEqual(['pure-rooms-do-no-io']);
  });

  test('refuse that scheduling does I/O, or knows the master that asks it', async () => {
    const broken = await brokenRules(root, {
      'src/scheduling/index.ts':
        "import { x } from '../master/index.js';\nimport { readFileSync } from 'node:fs';\nexport const y = [x, readFileSync];\n",
      'src/master/index.ts': 'export const x = 1;\n',
    });
    expect(broken.sort()).toEqual(['direction-scheduling', 'pure-rooms-do-no-io']);
  });

  const io = [
    'node:fs',
    'node:fs/promises',
    'node:child_process',
    'node:net',
    'node:http',
    'node:os',
    'node:dns',
  ];
  test.each(['reconcile', 'controller'].flatMap((room) => io.map((module) => [room, module] as const)))(
    'refuse that %s imports %s',
    async (room, module) => {
      const broken = await brokenRules(root, {
        [`src/${room}/index.ts`]: `import * as x from '${module}';\nexport const y = x;\n`,
      });
      expect(broken).toEqual(['deciders-do-no-io']);
    },
  );

  test('accept that a decider waits', async () => {
    const broken = await brokenRules(root, {
      'src/reconcile/index.ts': "export { setTimeout as wait } from 'node:timers/promises';\n",
    });
    expect(broken).toEqual([]);
  });

  test.each(['plan', 'reconcile', 'controller'])('refuse that %s imports host', async (room) => {
    const broken = await brokenRules(root, {
      [`src/${room}/index.ts`]: "import { x } from '../host/index.js';\nexport const y = x;\n",
      'src/host/index.ts': 'export const x = 1;\n',
    });
    expect(broken).toEqual([`direction-${room}`]);
  });

  test('refuse a way into a room beside its door', async () => {
    const broken = await brokenRules(root, {
      'src/plan/index.ts': "export { x } from '../model/inner.js';\n",
      'src/model/inner.ts': 'export const x = 1;\n',
    });
    expect(broken).toEqual(['one-door-a-room']);
  });

  test.each(['app', 'controller', 'master', 'git', 'simulator'])(
    'refuse that %s imports cli',
    async (room) => {
      const broken = await brokenRules(root, {
        [`src/${room}/noun/index.ts`]: "import { x } from '../../cli/index.js';\nexport const y = x;\n",
        'src/cli/index.ts': 'export const x = 1;\n',
      });
      expect(broken).toEqual([`direction-${room}`]);
    },
  );

  test.each(['lab', 'git', 'lava', 'reconcile', 'records', 'controller', 'master', 'telemetry'])(
    'refuse that cli imports %s, where app has the use cases',
    async (room) => {
      const broken = await brokenRules(root, {
        'src/cli/main.ts': `import { x } from '../${room}/index.js';\nexport const y = x;\n`,
        [`src/${room}/index.ts`]: 'export const x = 1;\n',
      });
      expect(broken).toEqual(['direction-cli']);
    },
  );

  test('accept that cli and the nouns of app enter a noun of app through its index.ts', async () => {
    const broken = await brokenRules(root, {
      'src/cli/main.ts': "export { x } from '../app/plan/index.js';\n",
      'src/app/plan/index.ts': "export { x } from '../lab/index.js';\n",
      'src/app/lab/index.ts': "export { x } from '../../lab/index.js';\n",
      'src/lab/index.ts': 'export const x = 1;\n',
    });
    expect(broken).toEqual([]);
  });

  test.each(['cli/main.ts', 'app/plan/index.ts'])(
    'refuse that %s enters a noun of app elsewhere',
    async (file) => {
      const up = '../'.repeat(file.split('/').length - 1);
      const broken = await brokenRules(root, {
        [`src/${file}`]: `export { x } from '${up}app/lab/read-lab.js';\n`,
        'src/app/lab/read-lab.ts': 'export const x = 1;\n',
      });
      expect(broken).toEqual([file.startsWith('cli') ? 'one-door-a-room' : 'one-door-a-noun-of-app']);
    },
  );

  test('refuse an index of all use cases', async () => {
    const broken = await brokenRules(root, {
      'src/app/index.ts': "export { x } from './lab/index.js';\n",
      'src/app/lab/index.ts': 'export const x = 1;\n',
    });
    expect(broken).toContain('app-has-nouns');
  });

  test('accept what the design allows', async () => {
    const broken = await brokenRules(root, {
      'src/master/index.ts': "export { x } from '../wire/index.js';\n",
      'src/wire/index.ts': "export { x } from '../model/index.js';\n",
      'src/model/index.ts': 'export const x = 1;\n',
    });
    expect(broken).toEqual([]);
  });
});
