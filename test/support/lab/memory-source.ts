import type { LabSource } from '../../../src/controller/index.js';
import { ExternalError } from '../../../src/diagnostics/index.js';

/** A lab source in memory; it passes the contract of the real ones (test/integration/controller/lab-source.test.ts). */
export interface MemorySource extends LabSource {
  /** Moves the branch and notifies watchers. */
  commit(revision: string): void;
  /** From now on the head cannot be read; null: it can again. */
  breakWith(error: Error | null): void;
  /** Reports an error to watchers. */
  reportError(error: unknown): void;
  watchers(): number;
}

export function memorySource(first: string): MemorySource {
  let head = first;
  let broken: Error | null = null;
  const commits = new Set([first]);
  const listeners = new Set<{ onChange: (revision: string) => void; onError: (error: unknown) => void }>();
  return {
    repository: 'https://example.com/lab.git',
    head: () => (broken === null ? Promise.resolve(head) : Promise.reject(broken)),
    snapshot(revision) {
      if (commits.has(revision)) return Promise.resolve({ revision, files: new Map() });
      const parts = { what: 'read the lab', where: 'memory', why: 'no such commit' };
      return Promise.reject(new ExternalError({ ...parts, retry: 'after-change' }));
    },
    watch(onChange, onError) {
      const listener = { onChange, onError };
      listeners.add(listener);
      return Promise.resolve(() => {
        listeners.delete(listener);
        return Promise.resolve();
      });
    },
    commit(revision) {
      if (revision === head) return;
      head = revision;
      commits.add(revision);
      for (const { onChange } of listeners) onChange(revision);
    },
    breakWith(error) {
      broken = error;
    },
    reportError(error) {
      for (const { onError } of listeners) onError(error);
    },
    watchers: () => listeners.size,
  };
}
