import { reasonOf, type ExternalError } from '../diagnostics/index.js';

/** Why no response arrived, whether the request may be repeated, and a hint if a person must act. */
export interface ConnectionFailure {
  readonly why: string;
  readonly retry: ExternalError['retry'];
  readonly hint?: string;
}

/** Describes an error that Node's HTTP client raised before the response was complete. */
export function connectionFailure(error: unknown): ConnectionFailure {
  // Several addresses were tried, and none responded.
  if (error instanceof AggregateError && error.message === '') {
    return { ...connectionFailure(error.errors[0]), why: error.errors.map(reasonOf).join(', ') };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') {
    return {
      why: reasonOf(error),
      retry: 'soon',
      hint: 'Check that the master is running and that the URL is correct.',
    };
  }
  // Node's own messages are unclear: `socket hang up`, or that a TLS connection was not established.
  if (code === 'ECONNRESET') {
    const hint =
      'Wait if the master or a proxy in front of it is starting; otherwise check the URL, including http:// or https://.';
    return { why: 'the connection was closed without a response', retry: 'soon', hint };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const why = `the host name cannot be resolved (${code})`;
    return { why, retry: 'soon', hint: 'Check the URL.' };
  }
  // OpenSSL's own message fills a line and names files of its source code.
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    const hint = 'Check whether the URL should start with http:// instead of https://.';
    return { why: `cannot establish a TLS connection (${code})`, retry: 'after-change', hint };
  }
  if (certificateCodes.test(code)) {
    const hint = 'Set NODE_EXTRA_CA_CERTS to the file of its certificate authority, or correct the URL.';
    return { why: `its certificate is not trusted: ${reasonOf(error)}`, retry: 'after-change', hint };
  }
  return { why: reasonOf(error), retry: 'soon' };
}

/** Error codes of OpenSSL and Node for bad certificates. */
const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_TLS_CERT/;
