import type { MasterEvent } from './events.js';

/** Distributes events within this process. */
export interface EventHub {
  /** Call only after the commit, because listeners read what the event reports. */
  emit(event: MasterEvent): void;
  /** Returns a function that ends the subscription. Listeners must not throw. */
  subscribe(listener: (event: MasterEvent) => void): () => void;
}

/** Creates a hub without listeners. */
export function createEventHub(): EventHub {
  const listeners = new Set<(event: MasterEvent) => void>();
  return {
    emit(event) {
      for (const listener of [...listeners]) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
