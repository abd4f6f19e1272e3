/** Something durable has happened. Told after the commit, so that a listener reads what the event says. */
export type MasterEvent =
  | { readonly kind: 'revision'; readonly revision: string }
  | { readonly kind: 'job'; readonly id: number; readonly worker: string | null }
  | { readonly kind: 'device'; readonly hostname: string }
  | { readonly kind: 'worker'; readonly hostname: string };

export interface EventHub {
  emit(event: MasterEvent): void;
  /** Returns the function that ends the subscription. Listeners must not throw. */
  subscribe(listener: (event: MasterEvent) => void): () => void;
}

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
