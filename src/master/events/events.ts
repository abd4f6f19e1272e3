/** A durable change on the master. */
export type MasterEvent =
  | { readonly kind: 'revision'; readonly revision: string }
  | { readonly kind: 'job'; readonly id: number; readonly worker: string | null }
  | { readonly kind: 'device'; readonly hostname: string }
  | { readonly kind: 'worker'; readonly hostname: string }
  /** Events may have been missed: check everything again. */
  | { readonly kind: 'unknown' };

/** Records an event within a transaction; it is emitted after the commit. */
export type Tell = (event: MasterEvent) => void;
