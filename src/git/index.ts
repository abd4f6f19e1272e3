export { commitToNewBranch, freeBranchName } from './commit-branch.js';
export { initRepository, type CommitAuthor } from './init.js';
export { openLabRepository } from './lab-repository.js';
export { readWorkingTree } from './working-tree.js';
export { openRemoteRepository, type RemoteOptions } from './remote-repository.js';
export { fetchTemplates, type SourceTemplate, type TemplateSource } from './templates.js';
export type { GitCredentials } from './urls.js';
export { openDriftRefs } from './record-ref/drift-refs.js';
export { openRecordRefs, type RecordRefOptions } from './record-ref/record-refs.js';
