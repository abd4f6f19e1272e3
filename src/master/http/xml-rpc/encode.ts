import { isRecord, type RpcFault, type RpcValue } from './values.js';

const head = "<?xml version='1.0'?>\n<methodResponse>";

export function encodeResponse(value: RpcValue): string {
  return `${head}<params><param>${encodeValue(value)}</param></params></methodResponse>\n`;
}

export function encodeFault(fault: RpcFault): string {
  return `${head}<fault>${encodeValue(faultValue(fault))}</fault></methodResponse>\n`;
}

/** A fault as a value: how one call of a `system.multicall` fails. */
export function faultValue(fault: RpcFault): RpcValue {
  return { faultCode: fault.code, faultString: fault.message };
}

function encodeValue(value: RpcValue): string {
  return `<value>${encodeTyped(value)}</value>`;
}

function encodeTyped(value: RpcValue): string {
  if (value === null) return '<nil/>';
  if (typeof value === 'string') return `<string>${escape(value)}</string>`;
  if (typeof value === 'boolean') return `<boolean>${value ? '1' : '0'}</boolean>`;
  if (typeof value === 'number') {
    return Number.isInteger(value) ? `<int>${value}</int>` : `<double>${value}</double>`;
  }
  if (value instanceof Date) return `<dateTime.iso8601>${compactIso(value)}</dateTime.iso8601>`;
  if (Buffer.isBuffer(value)) return `<base64>${value.toString('base64')}</base64>`;
  if (isRecord(value)) {
    const members = Object.entries(value).map(
      ([name, item]) => `<member><name>${escape(name)}</name>${encodeValue(item)}</member>`,
    );
    return `<struct>${members.join('')}</struct>`;
  }
  return `<array><data>${value.map(encodeValue).join('')}</data></array>`;
}

/** A carriage return survives only as a reference; XML has no way at all to say the other control characters. */
function escape(text: string): string {
  return (
    text
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/\r/g, '&#13;')
      // eslint-disable-next-line no-control-regex -- these are the characters that XML 1.0 does not allow
      .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
  );
}

function compactIso(moment: Date): string {
  return moment
    .toISOString()
    .replace(/[-]/g, '')
    .replace(/\.\d+Z$/, '');
}
