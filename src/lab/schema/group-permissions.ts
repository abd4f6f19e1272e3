/** The models of each application of LAVA (2026.10). Older releases have fewer. */
const models = {
  admin: 'logentry',
  auth: 'group permission user',
  authtoken: 'token tokenproxy',
  contenttypes: 'contenttype',
  lava_results_app: `chart chartgroup chartquery chartqueryuser namedtestattribute query querycondition querygroup
    queryomitresult testcase testdata testset testsuite`,
  lava_scheduler_app: `alias architecture bitwidth core device devicetype extendeduser groupdevicepermission
    groupdevicetypepermission groupworkerpermission jobfailuretag lavalogentrydevice lavalogentrytestjob
    lavalogentryworker notification notificationcallback notificationrecipient processorfamily remoteartifactsauth tag
    testjob testjobuser worker`,
  linaro_django_xmlrpc: 'authtoken',
  sessions: 'session',
  sites: 'site',
} as const;

const furtherCodenames: Readonly<Record<string, readonly string[]>> = {
  device: ['submit_to_device'],
  devicetype: ['submit_to_devicetype'],
  testjob: ['cancel_resubmit_testjob'],
};

/** No user adds a job without submitting it. */
const withoutAdding = 'testjob';

/**
 * The permissions that a group can have on a whole master: `lava_scheduler_app.device.add_device`, as LAVA's
 * `auth.groups.show` returns them (LAVA 2026.10).
 */
export const groupPermissions: readonly string[] = Object.entries(models).flatMap(([app, names]) =>
  names.split(/\s+/).flatMap((model) => {
    const verbs =
      model === withoutAdding ? ['change', 'delete', 'view'] : ['add', 'change', 'delete', 'view'];
    const codenames = [...verbs.map((verb) => `${verb}_${model}`), ...(furtherCodenames[model] ?? [])];
    return codenames.map((codename) => `${app}.${model}.${codename}`);
  }),
);
