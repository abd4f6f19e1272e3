import { reasonOf, type ExternalError } from '../diagnostics/index.js';

/** Why no answer came, whether it may be tried again, and what to do where a person must. */
export interface ConnectionFailure {
  readonly why: string;
  readonly retry: ExternalError['retry'];
  readonly hint?: string;
}

/** Of an error that Node's HTTP client raised before the answer was whole. */
export function connectionFailure(error: unknown): ConnectionFailure {
  // Several addresses were tried, and none answered.
  if (error instanceof AggregateError && error.message === '') {
    return { ...connectionFailure(error.errors[0]), why: error.errors.map(reasonOf).join(', ') };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') {
    return { why: reasonOf(error), retry: 'soon', hint: 'Does the master run, and is the URL right?' };
  }
  // Node's own words: `socket hang up`, or that a TLS connection did not come about.
  if (code === 'ECONNRESET') {
    const hint =
      'It, or a proxy before it, may be starting. If this stays: is the URL right, http:// or https:// too?';
    return { why: 'the connection was closed without an answer', retry: 'soon', hint };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const why = `the name of the host is not known (${code})`;
    return { why, retry: 'soon', hint: 'Is the URL right?' };
  }
  // OpenSSL's own words fill a line, and name files of its source.
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    const hint = 'Is its URL http://... rather than https://...?';
    return { why: `no TLS connection comes about (${code})`, retry: 'after-change', hint };
  }
  if (certificateCodes.test(code)) {
    const hint = 'Name the file of its authority in NODE_EXTRA_CA_CERTS, or correct the URL.';
    return { why: `its certificate is not trusted: ${reasonOf(error)}`, retry: 'after-change', hint };
  }
  return { why: reasonOf(error), retry: 'soon' };
}

/** What OpenSSL and Node find wrong with a certificate. */
const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_TLS_CERT/;
