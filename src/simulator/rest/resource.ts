import type { Master } from '../master.js';
import type { Release } from '../release.js';
import type { Answer, RestRequest } from './request.js';

type Handler = (master: Master, request: RestRequest, name: string) => Answer;

/** What is below one path of REST: a list, its entries, and what can be done with one. */
export interface Resource {
  /** For the journal: `device` gives `device/board-1`. */
  readonly kind: string;
  readonly isThere?: (release: Release) => boolean;
  /** What a name in a path may be, where that is not anything without a dot. */
  readonly names?: RegExp;
  /** Who may read it. */
  readonly read: 'anyone' | 'users' | 'superusers';
  readonly list: (master: Master, request: RestRequest) => Answer;
  readonly show: Handler;
  readonly create?: (master: Master, request: RestRequest) => Answer;
  readonly update?: Handler;
  readonly remove?: Handler;
  readonly actions?: Readonly<Record<string, Action>>;
}

/** `/devices/<name>/<action>/` */
export interface Action {
  readonly isThere?: (release: Release) => boolean;
  readonly get?: Handler;
  readonly post?: Handler;
}
