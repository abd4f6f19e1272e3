import type {
  BootBlock,
  CommandBlock,
  Compression,
  DeployBlock,
  DeployImage,
  InlineDefinition,
  JobTimeouts,
  TestBlock,
} from '../../job/index.js';

/** A job that this executor can run. */
export interface RunnableJob {
  readonly name: string;
  readonly timeouts: JobTimeouts;
  /** `context.arch`, which a QEMU job must specify. */
  readonly architecture: string | undefined;
  /** What the templates of the device got from the job. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Variables for test shells. */
  readonly environment: readonly (readonly [string, string])[];
  readonly blocks: readonly RunnableBlock[];
}

export type RunnableBlock = RunnableDeploy | BootBlock | RunnableTest | CommandBlock;

export interface RunnableDeploy extends Omit<DeployBlock, 'images'> {
  readonly images: readonly RunnableImage[];
}

/** `zip` is not supported. */
export type RunnableCompression = Exclude<Compression, 'zip'>;

export interface RunnableImage extends Omit<DeployImage, 'url' | 'compression'> {
  readonly url: URL;
  readonly compression: RunnableCompression | undefined;
}

interface RunnableTest extends Omit<TestBlock, 'test'> {
  readonly test:
    | Exclude<TestBlock['test'], { readonly how: 'definitions' }>
    | { readonly how: 'definitions'; readonly definitions: readonly InlineDefinition[] };
}
