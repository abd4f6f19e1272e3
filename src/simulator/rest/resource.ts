import type { Master } from '../master.js';
import type { Release } from '../release.js';
import type { Answer, RestRequest } from './request.js';

type Handler = (master: Master, request: RestRequest, name: string) => Answer;

/** The resources below one path of REST: a list, its entries, and the actions on an entry. */
export interface Resource {
  /** For the journal: `device` results in `device/board-1`. */
  readonly kind: string;
  readonly isThere?: (release: Release) => boolean;
  /** The pattern of names in a path, if it is not "anything without a dot". */
  readonly names?: (release: Release) => RegExp;
  /** Who may read it. */
  readonly read: 'anyone' | 'users' | 'superusers';
  readonly list: (master: Master, request: RestRequest) => Answer;
  readonly show: Handler;
  readonly create?: (master: Master, request: RestRequest) => Answer;
  readonly update?: Handler;
  readonly remove?: Handler;
  readonly actions?: Readonly<Record<string, Action>>;
}

/** The pattern of names that have an address: more of them since 2024.09. */
export function namesInAddresses(before: RegExp): (release: Release) => RegExp {
  return (release) => (release.forbidsSlashes ? /^[^/\0]+$/ : before);
}

/** `/devices/<name>/<action>/` */
export interface Action {
  readonly isThere?: (release: Release) => boolean;
  readonly get?: Handler;
  readonly post?: Handler;
}
