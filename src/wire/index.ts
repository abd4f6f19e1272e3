/**
 * The code that master and dispatcher share: certificates, the messages of LAVA's ZeroMQ protocol, and xz
 * (docs/wire.md).
 */
export {
  createCertificate,
  parseCertificate,
  readPublicCertificate,
  readSecretCertificate,
  type CertificateFiles,
  type PublicCertificate,
  type SecretCertificate,
} from './certificate.js';
export { isSameRun, type AgentIdentity } from './agent.js';
export {
  decodeControl,
  encodeControl,
  protocolVersion,
  softwarePrefix,
  type ControlMessage,
  type StartMessage,
} from './control.js';
export { descriptionWork, packDescription, unpackDescription, unreadableDescription } from './description.js';
export { excerpt } from './frames.js';
export { decodeLog, encodeLog, maxLineBytes, replacementLine, type LogMessage } from './log-line.js';
export { encodeZ85 } from './z85.js';
