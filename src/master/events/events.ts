/** Something durable has happened on the master. */
export type MasterEvent =
  | { readonly kind: 'revision'; readonly revision: string }
  | { readonly kind: 'job'; readonly id: number; readonly worker: string | null }
  | { readonly kind: 'device'; readonly hostname: string }
  | { readonly kind: 'worker'; readonly hostname: string }
  /** Events may have been missed: look at everything that you depend on. */
  | { readonly kind: 'unknown' };

/** Records, within a transaction, an event that is told once the transaction is committed. */
export type Tell = (event: MasterEvent) => void;
