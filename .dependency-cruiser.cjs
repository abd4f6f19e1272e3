/**
 * Which room may import which (docs/architecture.md). A room is a folder of src; others enter it through its index.ts.
 *
 * Pure rooms, in order: each may use only those before it.
 */
const pure = [
  'calendar',
  'model',
  'diagnostics',
  'pyyaml',
  'jinja',
  'templates',
  'regex',
  'job',
  'lab',
  'plan',
  'review',
  'report',
];
/** What judges a change of a lab is for use cases, and for adapters that publish the judgement. */
const pureBelowReview = pure.filter((room) => room !== 'review' && room !== 'report');
const deciders = ['reconcile', 'controller'];
const adapters = ['lava', 'records', 'git', 'github', 'notify', 'telemetry'];
/** Pure rooms that only the runtime uses. */
const runtimePure = ['scheduling'];
const runtime = ['wire', 'master', 'dispatcher', 'executor', 'board'];
/** What more than one side uses, and nothing else. */
const shared = ['xml-rpc', 'clock'];
/** The machine: durable files, locks, processes. For every room that does I/O, and no other. */
const host = ['host'];
/** What others connect to: ports and connections. For every room with a server. */
const net = ['net'];
/** lavaflow's package itself. */
const about = ['package'];
/** Stands in for a master that is not ours. */
const doubles = ['simulator'];

/** Pages over the values of other rooms: values in, HTML out. */
const pages = ['web'];

/** The use cases. They compose all other rooms, and do not know who requests them. */
const useCases = ['app'];
/** They request use cases. No room imports them. */
const callers = ['cli'];

/** Every room that is not a use case or a caller. */
const belowApp = [
  ...pure,
  ...deciders,
  ...adapters,
  ...runtimePure,
  ...runtime,
  ...shared,
  ...host,
  ...net,
  ...pages,
  ...about,
  ...doubles,
];

/** What each room may import, besides itself. */
const mayUse = {
  calendar: [],
  model: ['calendar'],
  diagnostics: ['model'],
  pyyaml: [],
  jinja: ['diagnostics', 'pyyaml'],
  templates: ['model', 'diagnostics', 'pyyaml', 'jinja'],
  regex: [],
  job: ['model', 'diagnostics', 'pyyaml', 'regex'],
  lab: ['calendar', 'model', 'diagnostics', 'pyyaml', 'jinja', 'templates', 'job'],
  plan: ['calendar', 'model', 'diagnostics', 'pyyaml', 'jinja', 'templates', 'job'],
  review: ['model', 'diagnostics', 'pyyaml', 'lab', 'plan', 'templates'],
  report: ['model', 'diagnostics', 'plan'],
  reconcile: pureBelowReview,
  controller: [...pureBelowReview, 'reconcile', 'clock'],
  lava: [...pureBelowReview, 'reconcile', 'xml-rpc'],
  records: [...pureBelowReview, 'reconcile', 'host'],
  git: [...pureBelowReview, 'reconcile', 'controller', 'host'],
  github: [...pure, 'reconcile', 'controller'],
  notify: ['model', 'diagnostics', 'report', 'host'],
  telemetry: [...pureBelowReview, 'reconcile', 'controller', 'host', 'net'],
  web: ['model', 'diagnostics', 'controller'],
  wire: ['model', 'diagnostics', 'host'],
  scheduling: ['model', 'diagnostics'],
  master: [
    'calendar',
    'clock',
    'model',
    'diagnostics',
    'scheduling',
    'package',
    'pyyaml',
    'templates',
    'job',
    'wire',
    'xml-rpc',
    'host',
    'net',
  ],
  dispatcher: ['model', 'diagnostics', 'package', 'job', 'wire', 'host'],
  executor: ['model', 'diagnostics', 'package', 'pyyaml', 'regex', 'job', 'host'],
  board: ['model', 'diagnostics', 'host'],
  'xml-rpc': [],
  clock: [],
  host: [],
  net: ['diagnostics'],
  package: [],
  simulator: ['model', 'diagnostics', 'pyyaml', 'templates', 'xml-rpc'],
  app: belowApp,
  cli: ['model', 'diagnostics', 'plan', 'review', 'package', 'host', 'app'],
};
const rooms = [...belowApp, ...useCases, ...callers];

const directions = Object.entries(mayUse).map(([room, allowed]) => ({
  name: `direction-${room}`,
  comment: `${room} may import only: ${allowed.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}));

/** A pure room accepts and returns values: no files, no network, no processes, no clock of its own. */
const noIo = {
  name: 'pure-rooms-do-no-io',
  severity: 'error',
  from: { path: `^src/(${[...pure, ...runtimePure, ...shared, ...pages].join('|')})/` },
  to: {
    dependencyTypes: ['core'],
    pathNot: '^(node:)?(crypto|path|path/posix|util|buffer|string_decoder|url)$',
  },
};

/** A decider reaches the outside only through ports that it declares. It may wait, but not read, write or start anything. */
const deciderIo = {
  name: 'deciders-do-no-io',
  severity: 'error',
  from: { path: `^src/(${deciders.join('|')})/` },
  to: {
    dependencyTypes: ['core'],
    pathNot: '^(node:)?(crypto|path|path/posix|util|buffer|string_decoder|url|timers|timers/promises)$',
  },
};

module.exports = {
  forbidden: [
    ...directions,
    noIo,
    deciderIo,
    {
      name: 'one-door-a-room',
      comment: 'Other rooms enter a room through its index.ts; app, through that of one noun',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: {
        path: '^src/([^/]+)/',
        pathNot: ['^src/$1/', '^src/(?!app/)[^/]+/index\\.ts$', '^src/app/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'one-door-a-noun-of-app',
      comment:
        'A command loads the use cases that it needs and no others, so each noun of app is entered on its own',
      severity: 'error',
      from: { path: '^src/app/([^/]+)/' },
      to: { path: '^src/app/', pathNot: ['^src/app/$1/', '^src/app/[^/]+/index\\.ts$'] },
    },
    {
      name: 'app-has-nouns',
      comment: 'An index of all use cases would load everything that lavaflow has',
      severity: 'error',
      from: { path: '^src/app/[^/]+\\.ts$' },
      to: {},
    },
    {
      name: 'every-file-has-a-room',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${rooms.join('|')})/` },
      to: {},
    },
    {
      name: 'no-tests-in-src',
      comment: 'A directory named test/ looks like tests. Name it after what it is about.',
      severity: 'error',
      from: { path: '^src/.*/tests?/' },
      to: {},
    },
    {
      name: 'rows-stay-in-the-store',
      comment: 'The store of the master returns values. Columns, rows and SQL are known only inside store/.',
      severity: 'error',
      from: { path: '^src/master/', pathNot: '^src/master/store/' },
      to: { path: ['^src/master/store/database/', '(^|/)(kysely|better-sqlite3)(/|$)'] },
    },
    {
      name: 'apis-format-views',
      comment:
        'The APIs of the master read through views/, which answers each question once for all of them.',
      severity: 'error',
      from: { path: '^src/master/api/' },
      to: { path: '^src/master/store/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
