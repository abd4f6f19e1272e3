import type { MasterEvent } from './events.js';

/** Passes events on within this process. */
export interface EventHub {
  /** Only for what is committed: a listener reads what the event reports. */
  emit(event: MasterEvent): void;
  /** Returns the function that ends the subscription. Listeners must not throw. */
  subscribe(listener: (event: MasterEvent) => void): () => void;
}

/** A hub without listeners. */
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
