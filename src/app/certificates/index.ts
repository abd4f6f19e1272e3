/** Certificates of workers. */
export { createCertificate, type CertificateFiles } from '../../wire/index.js';
