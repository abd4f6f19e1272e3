import type { Device, DeviceType, Job, Revision, TestCase, Token, Worker } from '../values.js';
import type { Encodings } from './columns.js';

/** The encodings of the properties that are not stored as they are. */
export const tokenEncodings: Encodings<Token> = { createdAt: 'moment' };

export const revisionEncodings: Encodings<Revision> = { appliedAt: 'moment', failures: 'json' };

export const deviceTypeEncodings: Encodings<Omit<DeviceType, 'healthCheckFrequency'>> = {
  display: 'flag',
  healthChecksDisabled: 'flag',
  cores: 'json',
};

export const workerEncodings: Encodings<Worker> = { lastPing: 'moment', maintenanceWindows: 'json' };

export const deviceEncodings: Encodings<Device> = { maintenanceWindows: 'json' };

export const jobEncodings: Encodings<Job> = {
  tags: 'json',
  visibility: 'json',
  healthCheck: 'flag',
  isReported: 'flag',
  submitTime: 'moment',
  startTime: 'moment',
  endTime: 'moment',
  queueDeadline: 'moment',
  endedAt: 'moment',
};

export const testCaseEncodings: Encodings<Omit<TestCase, 'suite' | 'measurement'>> = {
  metadata: 'json',
  logged: 'moment',
};
