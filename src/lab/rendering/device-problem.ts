import type { Chain } from '../../templates/index.js';
import type { RenderedProblem } from './rendered-problem.js';

/** A problem in the configuration of one device. */
export interface DeviceProblem {
  readonly device: string;
  /** The dictionary. */
  readonly file: string;
  readonly deviceType: string | null;
  readonly chain: Chain;
  readonly problem: RenderedProblem;
}

export interface TemplateLine {
  readonly file: string;
  readonly line: number;
}
