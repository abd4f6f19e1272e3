export {
  createCertificate,
  parseCertificate,
  readPublicCertificate,
  readSecretCertificate,
  type CertificateFiles,
  type PublicCertificate,
  type SecretCertificate,
} from './certificate.js';
export {
  decodeControl,
  encodeControl,
  protocolVersion,
  softwarePrefix,
  type ControlMessage,
  type StartMessage,
} from './control.js';
export { packDescription, unpackDescription } from './description.js';
export { excerpt } from './frames.js';
export { decodeLog, encodeLog, maxLineBytes, replacementLine, type LogMessage } from './log-line.js';
export type { Log } from './log.js';
export { encodeZ85 } from './z85.js';
