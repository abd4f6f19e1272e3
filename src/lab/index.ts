/**
 * Turns the files of a lab repo into the desired state of its masters, and findings (docs/lab-repo.md,
 * docs/findings.md). Also writes labs: a new one, one imported from a master, and changes of a master back into the
 * lab's files.
 *
 * Pure: the caller reads the files. Whatever they contain, `loadLab` returns findings and does not throw.
 */
export { createLabLoader, loadLab, type LabLoader, type LoadedLab, type LoadOptions } from './load-lab.js';
export type { LabProofs } from './proofs.js';
export { overlay } from './overlay.js';
export { affectsHardware } from './hardware/affects-hardware.js';
export { claimKinds, type ClaimKind, type LabHardware } from './hardware/claim.js';
export {
  claimantsIn,
  compareResources,
  isConflict,
  type Claimants,
  type SharedResource,
} from './hardware/conflicts.js';
export { describeResource } from './hardware/report-shared.js';
export { didYouMean, isName } from './names.js';
export { isLabPath, meaningOf } from './files/paths.js';
export { codeOfTemplateError } from './rendering/report-failures.js';
export { createLabTemplates, renderDevice, type LabTemplates } from './rendering/render-device.js';
export { schemas } from './schema/index.js';
export { usesTemplate, type DeviceReach, type LabReach } from './reach.js';
export * from './snapshot.js';
export { chooseTemplates } from './write/choose-templates.js';
export type { LeftOut } from './write/left-out.js';
export { describeLeftOut } from './write/left-out-text.js';
export {
  convertDirectories,
  type ConvertedLab,
  type LavaDirectories,
  type WorkerTexts,
} from './write/convert-directories.js';
export { newLab } from './write/new-lab.js';
export { assignSites, type SiteChoices, type SiteRule, type Sites } from './write/assign-sites.js';
export { lavaCommits, lavaRepository, lavaTemplatePath } from './write/lava-releases.js';
export type { LabChoices, TemplateSourceChoice } from './write/write-config.js';
export type { SourceTemplates } from './templates/namespace.js';
export { writeLab, type WrittenLab } from './write/write-lab.js';
export { readNotifications, type NotificationSettings } from './config/read-notifications.js';
export { compareRules, isKnownSource, readRules, type LabRules } from './config/rules.js';
export { isValidAt, type AllowedSigner } from './signers/allowed-signers.js';
export { readSigners, signerPaths, type Signers } from './signers/read-signers.js';
export {
  deviceTypeSourcesOf,
  isSecretSource,
  type DeviceTypeSource,
  type SourceProblem,
} from './config/sources.js';
export { writeBack, type Taken, type WrittenBack } from './write-back/write-back.js';
