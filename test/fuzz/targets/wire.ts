import { jobResultIn } from '../../../src/job/index.js';
import { readYamlLine, readLogLine } from '../../../src/master/jobs/log-line.js';
import { parseLog } from '../../../src/lava/jobs/log.js';
import { receiveControl } from '../../../src/master/workers/zmq/control-messages.js';
import { parseCertificate } from '../../../src/model/index.js';
import {
  decodeControl,
  decodeLog,
  descriptionWork,
  encodeControl,
  encodeLog,
  encodeZ85,
  excerpt,
  packDescription,
  unpackDescription,
} from '../../../src/wire/index.js';
import { expectEqual, expectThat, type Target } from '../target.js';
import { xzSeeds } from './xz-seeds.js';

const between = '|~|';
const agent = `${'0a'.repeat(16)} ${'1b'.repeat(16)}`;

/** Between the frames of a message is a mark. */
function framesOf(input: Buffer): Buffer[] {
  return input
    .toString('latin1')
    .split(between)
    .map((frame) => Buffer.from(frame, 'latin1'));
}

export const wireControl: Target = {
  name: 'wire-control',
  reach: 'workers: control messages',
  seeds: [
    ['HELLO', '3', 'lavaflow 0.1', agent],
    ['HELLO', '3'],
    ['HELLO_RETRY', '3', '2020.08'],
    ['PING'],
    ['START_OK', '12'],
    ['END', '12', 'stderr', packDescription('a: b\n').toString()],
    ['START', '1', 'job', 'device', 'dispatcher', 'env', 'env-dut'],
    ['LOG_OK', '1', '20'],
    ['HELLO_OK', 'LOG_OK'],
    ['REFUSED', 'because'],
    ['PONG', '20'],
  ].map((frames) => frames.join(between)),
  tokens: [
    between,
    'HELLO',
    'END',
    'START',
    'CANCEL',
    'STATUS',
    'END_OK',
    'LOG_OK',
    'PONG',
    '0',
    '999999999999999',
    agent,
    '__proto__',
    'constructor',
  ],
  mostBytes: 64 * 1024,
  msPerKib: 5,
  open: () => ({
    check: (input) => {
      const frames = framesOf(input);
      const received = receiveControl(frames);
      const decoded = decodeControl(frames);
      if (!decoded.ok) {
        expectThat('a reason is short', decoded.reason.length < 300);
        expectEqual('the master refuses what cannot be decoded', received.kind, 'refused');
        return;
      }
      const again = encodeControl(decoded.message).map((frame) => Buffer.from(frame as string));
      expectEqual('a message that is encoded is read back', decodeControl(again), decoded);
    },
  }),
};

const now = new Date('2026-11-30T12:00:00Z');

export const wireLog: Target = {
  name: 'wire-log',
  reach: 'workers: lines of logs, and results of jobs',
  seeds: [
    ['1', '{"dt": "2026-11-30T12:00:00.000000", "lvl": "target", "msg": "text"}', '0'],
    [
      '1',
      '{"dt": "2026-11-30T12:00:00.000000", "lvl": "results", "msg": {"definition": "lava", "case": "job", "result": "fail", "error_type": "Job", "error_msg": "x", "starttc": 3, "endtc": "7", "set": "s", "measurement": "1.5", "units": "ms", "level": "1.1"}}',
      '3',
    ],
    [
      '1',
      '- {"dt": "2026-11-30T12:00:00", "lvl": "marker", "msg": {"case": "a", "type": "start_test_case"}}',
    ],
    ['1', '{"dt": "x", "lvl": "debug", "msg": "\\x1b[0m \\e", a: ! "3", b: !!float 1e3}'],
    [
      '1',
      '- {dt: a, lvl: results, msg: {definition: a, case: b, result: pass, measurement: .inf, extra: [{a: b}]}}',
    ],
  ].map((frames) => frames.join(between)),
  tokens: [
    between,
    'lvl',
    'results',
    'marker',
    'target',
    'msg',
    'dt',
    'definition',
    'case',
    'result',
    'pass',
    'measurement',
    '.nan',
    '1e999',
    'starttc',
    'metadata',
    '!x ',
    '! "3"',
    '&a',
    '*a',
    '!!binary ',
    '\\x1b',
    '\\u0000',
    '\\ud800',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '# ',
    '"',
    "'",
    '%',
    '!!js/function ',
  ],
  mostBytes: 64 * 1024,
  msPerKib: 25,
  open: () => {
    const warnings: string[] = [];
    const note = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', note);
    return {
      close: () => void process.off('warning', note),
      check: async (input) => {
        const decoded = decodeLog(framesOf(input), now);
        if (!decoded.ok) {
          excerpt(decoded.reason);
          return;
        }
        const again = encodeLog(decoded.message).map((frame) => Buffer.from(frame));
        expectEqual('a line that is encoded is read back', decodeLog(again, now), decoded);
        const { line } = decoded.message;
        jobResultIn(line);
        const read = readLogLine(line);
        const yaml = readYamlLine(line);
        if (yaml !== null && read?.kind === 'result' && yaml.kind === 'result') {
          expectEqual('JSON and YAML name the same result', read.case.name, yaml.case.name);
        }
        if (read?.kind === 'result') {
          expectThat('a result has a bounded size', JSON.stringify(read.case).length < 20_000);
        }
        for (const { dt, lvl } of parseLog(line)) {
          expectThat('a line that is shown has texts', typeof dt === 'string' && typeof lvl === 'string');
        }
        // Warnings are emitted in the next tick.
        await new Promise(setImmediate);
        expectEqual('a log line causes no warning of Node', warnings.splice(0), []);
      },
    };
  },
};

export const xz: Target = {
  name: 'xz',
  reach: 'workers: the description in END',
  seeds: xzSeeds.map((text) => Buffer.from(text, 'base64')),
  tokens: ['\0', '\x01', '\x02', '!', '\u00ff'],
  mostBytes: 64 * 1024,
  // The limit on work is independent of the size.
  msPerKib: 1000,
  open: () => ({
    check: (input) => {
      // The checksums would hide everything behind them: what is tested is a stream with correct ones, too.
      for (const bytes of [input, withChecksums(input)]) {
        const little = unpackDescription(bytes, descriptionWork.little);
        const text = little ?? unpackDescription(bytes, descriptionWork.all);
        if (text === null) continue;
        expectThat('a description has a bounded size', text.length <= 8 * 1024 * 1024 + 1000);
        if (little !== null)
          expectEqual(
            'more work does not change a text',
            unpackDescription(bytes, descriptionWork.all),
            little,
          );
      }
      const text = input.toString('utf8');
      expectEqual(
        'a description is read back',
        unpackDescription(packDescription(text), descriptionWork.all),
        text,
      );
    },
  }),
};

/** The stream with the checksum of its block header corrected. */
function withChecksums(input: Buffer): Buffer {
  const bytes = Buffer.from(input);
  const size = ((bytes[12] ?? 0) + 1) * 4;
  if (bytes.length < 12 + size) return bytes;
  bytes.writeUInt32LE(crc32(bytes.subarray(12, 12 + size - 4)), 12 + size - 4);
  return bytes;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

export const certificate: Target = {
  name: 'certificate',
  reach: 'contributors, masters: certificates of workers; strangers: keys',
  seeds: [
    `#\n\nmetadata\ncurve\n    public-key = "${'a'.repeat(40)}"\n`,
    `    public-key = "${encodeZ85(new Uint8Array(32))}"\n    secret-key = "${'!'.repeat(40)}"\n`,
  ],
  tokens: ['public-key', 'secret-key', '=', '"', "'", '#', 'metadata', 'curve', ' ', '\t', '\r\n'],
  mostBytes: 64 * 1024,
  msPerKib: 5,
  open: () => ({
    check: (input) => {
      const text = input.toString('utf8');
      const read = parseCertificate(text);
      if ('problem' in read) {
        expectThat('a problem does not repeat the text', read.problem.length < 100);
        return;
      }
      const { publicKey, secretKey } = read;
      const written = `public-key = "${publicKey}"\n${secretKey === null ? '' : `secret-key = "${secretKey}"\n`}`;
      expectEqual('a certificate that is written is read back', parseCertificate(written), read);
      const bytes = Buffer.alloc(32);
      input.copy(bytes);
      expectThat('a key has 40 characters', /^[!-~]{40}$/.test(encodeZ85(bytes)));
    },
  }),
};
