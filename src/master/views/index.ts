/**
 * The queries of the master: each question about its devices, jobs, workers and so on is answered here, once, with
 * plain values. The APIs and the web pages format these values and never read the store themselves.
 */
export {
  checkDevices,
  deviceDictionary,
  listDevices,
  permissionsOfDevice,
  renderDevice,
  showDevice,
  type DeviceField,
  type DeviceView,
} from './devices.js';
export {
  healthCheckOf,
  listDeviceTypes,
  showDeviceType,
  templateOf,
  type DeviceTypeField,
  type DeviceTypeView,
} from './device-types.js';
export {
  devicesOfWorker,
  listWorkers,
  showWorker,
  showWorkerFiles,
  type WorkerField,
  type WorkerFiles,
  type WorkerView,
} from './workers.js';
export {
  devicesOfTag,
  findAlias,
  findGroup,
  findTag,
  groupsOf,
  listAliases,
  listDevicePermissions,
  listGroups,
  listTags,
  listTypePermissions,
  listUsers,
} from './directory.js';
export {
  definitionOf,
  jobExists,
  listJobs,
  listTestCases,
  listSuites,
  pageJobs,
  readLog,
  showJob,
  showJobConfiguration,
  showSuite,
  type JobFilter,
  type JobView,
  type TestCase,
  type TestCaseField,
} from './jobs.js';
export { configurationSource } from './configuration-source.js';
export { filterTests, type Listing, type ListRequest } from '../store/listing.js';
