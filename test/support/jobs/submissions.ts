/** A job definition for a submission. */
export interface SubmissionCase {
  readonly what: string;
  readonly definition: string;
}

const base = {
  job_name: 'j',
  device_type: 'board',
  visibility: 'public',
  timeouts: { job: { minutes: 10 }, action: { minutes: 2 }, connection: { minutes: 1 } },
  actions: [
    { deploy: { to: 'tmpfs', images: { rootfs: { url: 'http://images.example/rootfs.img' } } } },
    { boot: { method: 'minimal', prompts: ['# '] } },
    {
      test: {
        monitors: [{ name: 'm', start: 'a', end: 'b', pattern: '(?P<test_case_id>.*)' }],
      },
    },
  ],
} as const;

type Fields = Readonly<Record<string, unknown>>;

function job(fields: Fields): string {
  return JSON.stringify({ ...base, ...fields });
}

function action(body: unknown): string {
  return job({ actions: [body] });
}

function boot(fields: Fields): string {
  return action({ boot: { method: 'minimal', prompts: ['# '], ...fields } });
}

function notify(fields: Fields): string {
  return job({ notify: { criteria: { status: 'complete' }, ...fields } });
}

function recipient(to: Fields): string {
  return notify({ recipients: [{ to }] });
}

const timeouts = base.timeouts;
const definition = { repository: 'http://git.example/t.git', from: 'git', path: 'a.yaml', name: 'a' };

const cases: Readonly<Record<string, string>> = {
  'a valid job': job({}),
  'text that is not YAML': '{',
  'a list': '- a',
  'an empty text of spaces': '  ',
  'no name': job({ job_name: undefined }),
  'an empty name': job({ job_name: '' }),
  'a name of 201 characters': job({ job_name: 'x'.repeat(201) }),
  'no visibility': job({ visibility: undefined }),
  'an unknown visibility': job({ visibility: 'secret' }),
  'a group': job({ visibility: { group: ['lab-one'] } }),
  'a group that does not exist': job({ visibility: { group: ['nobody'] } }),
  'a group that exists, and one that does not': job({ visibility: { group: ['lab-one', 'nobody'] } }),
  'no groups': job({ visibility: { group: [] } }),
  'a misspelled top-level key': job({ visiblity: 'public' }),
  'a misspelled priority': job({ priority: 'lowest' }),
  'a priority in upper case': job({ priority: 'HIGH' }),
  'a numeric priority': job({ priority: 77 }),
  'a priority above 100': job({ priority: 101 }),
  'a negative priority': job({ priority: -1 }),
  'no device type': job({ device_type: undefined }),
  'an empty device type': job({ device_type: '' }),
  'an unknown device type': job({ device_type: 'bord' }),
  'an alias of a device type': job({ device_type: 'bord-alias' }),
  'a device type without devices': job({ device_type: 'empty' }),
  'a device type whose devices are retired': job({ device_type: 'old' }),
  'a tag that a device has': job({ tags: ['usb'] }),
  'tags of different devices': job({ tags: ['usb', 'hdmi'] }),
  'a tag of another type': job({ tags: ['rare'] }),
  'tags in a string': job({ tags: 'usb' }),
  'no tags': job({ tags: [] }),
  'a known context variable': job({ context: { boot_character_delay: 500 } }),
  'a misspelled context variable': job({ context: { boot_charcter_delay: 500 } }),
  'a context variable with a list': job({ context: { extra_options: ['-smp', 2] } }),
  'a context variable with a mapping': job({ context: { arch: { a: 1 } } }),
  'no job timeout': job({ timeouts: { action: { minutes: 1 } } }),
  'two units in a timeout': job({ timeouts: { ...timeouts, job: { minutes: 10, seconds: 1 } } }),
  'a misspelled timeout': job({ timeouts: { ...timeouts, acton: { minutes: 1 } } }),
  'a misspelled unit': job({ timeouts: { ...timeouts, job: { minute: 10 } } }),
  'a fraction in a timeout': job({ timeouts: { ...timeouts, job: { minutes: 1.5 } } }),
  'a queue timeout': job({ timeouts: { ...timeouts, queue: { days: 2 } } }),
  metadata: job({ metadata: { build: '1', ref: 3 } }),
  'empty metadata': job({ metadata: { build: null } }),
  'secrets of a public job': job({ secrets: { token: 'x' } }),
  'an environment': job({ environment: { A: 'b' } }),
  'an unknown action': action({ fly: {} }),
  'a boot without a method': action({ boot: { prompts: ['# '] } }),
  'a deploy without a destination': action({ deploy: { images: {} } }),
  'a test without anything': action({ test: {} }),
  'a test definition without a name': action({ test: { definitions: [{ ...definition, name: undefined }] } }),
  'a revision of a shallow clone': action({
    test: { definitions: [{ ...definition, revision: 'v1', shallow: true }] },
  }),
  'a monitor with spaces in its name': action({
    test: { monitors: [{ name: 'a b', start: 'a', end: 'b', pattern: 'c' }] },
  }),
  'auto_login without a user': boot({ auto_login: { login_prompt: 'login:' } }),
  'auto_login with an unknown key': boot({ auto_login: { login_prompt: 'l', username: 'u', user: 'u' } }),
  'a command without a name': action({ command: {} }),
  'an interactive test with an unknown key': action({
    test: { interactive: [{ name: 'a', prompts: ['# '], script: [{ comand: 'ls' }] }] },
  }),
  'a notification by mail': recipient({ method: 'email', email: 'somebody@example.org' }),
  'a notification to an invalid address': recipient({ method: 'email', email: 'somebody' }),
  'a notification by mail to nobody': recipient({ method: 'email' }),
  'a notification to a user': recipient({ method: 'email', user: 'admin' }),
  'a notification to a user who does not exist': recipient({ method: 'email', user: 'nobody' }),
  'a notification on IRC without a handle': recipient({ method: 'irc', server: 'irc.example.org' }),
  'a notification by pigeon': recipient({ method: 'pigeon', user: 'admin' }),
  'a notification without criteria': job({ notify: { recipients: [] } }),
  'a notification for an unknown status': notify({ criteria: { status: 'done' } }),
  'a callback': notify({ callback: { url: 'http://example.org', method: 'POST', dataset: 'all' } }),
  'a callback without a URL': notify({ callback: { method: 'POST' } }),
  'a comparison with a query that does not exist': notify({
    compare: { query: { username: 'admin', name: 'nightly' } },
  }),
  'a comparison of devices': notify({ compare: { query: { entity: 'device' } } }),
};

/** LAVA's server accepts these jobs, but its own `jobs validate` rejects them, and they fail when they run. */
const doomed: Readonly<Record<string, string>> = {
  'a tftp image without a URL': action({ deploy: { to: 'tftp', kernel: { type: 'zimage' } } }),
  'an unknown boot method': action({ boot: { method: 'u-bot', prompts: ['# '] } }),
  'an unknown destination': action({ deploy: { to: 'tmpf', images: {} } }),
};

export const submissionCases = casesOf(cases);
export const doomedCases = casesOf(doomed);

function casesOf(texts: Readonly<Record<string, string>>): readonly SubmissionCase[] {
  return Object.entries(texts).map(([what, text]) => ({ what, definition: text }));
}
