/**
 * Lab repositories in git: their files at a revision, their changes, branches with edits, and applied state in the refs
 * of a remote (docs/records.md).
 */
export { commitToBranch, type BranchCommit } from './commit-branch.js';
export { countUncommitted, listTracked } from './files/tracked.js';
export { findMergeBase, listChanged } from './compare.js';
export { fetchCommits, fetchHistory, fetchSigned, readRemoteBranch } from './fetch-commits.js';
export { findRevision, isFullId } from './revisions.js';
export { configuredAuthor, initRepository, type CommitAuthor } from './init.js';
export { identifyLab, openLabRepository, type LabIdentity } from './lab-repository.js';
export { findTop, readFirst, type FoundFile, type RepositoryTop } from './files/top-files.js';
export { readWorkingTree } from './files/working-tree.js';
export { openRemoteRepository, type RemoteOptions } from './remote/remote-repository.js';
export { fetchTemplates, findSourceTag, type SourceTemplate, type TemplateSource } from './templates.js';
export { parseRemote, type GitCredentials } from './remote/urls.js';
export { isDescendant, readSignersAt, verifyCommit } from './signatures/verify-revision.js';
export type { Judgement } from './signatures/verifier.js';
export { openDriftRefs } from './record-ref/drift-refs.js';
export { openRecordRefs, refName, type RecordRefOptions } from './record-ref/record-refs.js';
