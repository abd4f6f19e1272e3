/** A job as it is run here: what of LAVA's format is understood, read and checked. Durations are milliseconds. */
export interface JobDefinition {
  readonly name: string;
  readonly timeouts: Timeouts & { readonly jobMs: number };
  /** `context.arch`, which a QEMU job must name. */
  readonly architecture: string | undefined;
  /** Variables for the test shell. */
  readonly environment: readonly (readonly [string, string])[];
  readonly blocks: readonly Block[];
}

/** The `timeouts` of a job or of a device. */
export interface Timeouts {
  readonly actionMs: number | undefined;
  readonly actionsMs: ReadonlyMap<string, number>;
  readonly connectionMs: number | undefined;
  readonly connectionsMs: ReadonlyMap<string, number>;
}

export type Block = DeployBlock | BootBlock | TestBlock | CommandBlock;

/** What every block may say. */
export interface BlockCommon {
  readonly namespace: string;
  readonly timeoutMs: number | undefined;
  readonly canSkip: boolean;
  readonly timeoutsMs: ReadonlyMap<string, number>;
  readonly connectionTimeoutMs: number | undefined;
  readonly failureRetry: number | undefined;
  readonly failureRetryIntervalMs: number | undefined;
  readonly repeat: number | undefined;
}

export interface DeployBlock extends BlockCommon {
  readonly kind: 'deploy';
  readonly images: readonly DeployImage[];
}

export type Compression = 'gz' | 'bz2' | 'xz' | 'zstd';

export interface DeployImage {
  readonly label: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: Compression | undefined;
  /** By algorithm: md5, sha256, sha512; lower case hex. */
  readonly checksums: ReadonlyMap<string, string>;
  readonly imageArg: string | undefined;
}

export interface AutoLogin {
  readonly loginPrompt: string;
  readonly username: string;
  readonly password: { readonly prompt: string; readonly text: string } | undefined;
  readonly commands: readonly string[];
}

export interface BootBlock extends BlockCommon {
  readonly kind: 'boot';
  readonly method: BootMethod;
  readonly prompts: readonly string[] | undefined;
  readonly autoLogin: AutoLogin | undefined;
  readonly failureMessage: string | undefined;
  readonly kernelStartMessage: string | undefined;
  readonly shutdownMessage: string | undefined;
  readonly softReboot: readonly string[] | undefined;
}

export type BootMethod =
  | { readonly name: 'qemu' }
  | { readonly name: 'u-boot'; readonly commands: string | readonly string[] }
  | {
      readonly name: 'minimal';
      readonly isReset: boolean;
      readonly hasPrePower: boolean;
      readonly hasPreOs: boolean;
    };

interface CommandBlock extends BlockCommon {
  readonly kind: 'command';
  readonly commandName: string;
}

export interface TestBlock extends BlockCommon {
  readonly kind: 'test';
  readonly connectionNamespace: string;
  readonly test:
    | { readonly how: 'interactive'; readonly scripts: readonly InteractiveScript[] }
    | { readonly how: 'monitors'; readonly monitors: readonly Monitor[] }
    | { readonly how: 'definitions'; readonly definitions: readonly InlineDefinition[] };
}

export interface InteractiveScript {
  readonly name: string;
  readonly prompts: readonly string[];
  readonly isEchoDiscarded: boolean;
  readonly commands: readonly InteractiveCommand[];
}

export interface InteractiveCommand {
  /** null sends nothing. */
  readonly command: string | null;
  readonly delayMs: number | undefined;
  readonly name: string | undefined;
  readonly isPromptAwaited: boolean;
  readonly successes: readonly string[];
  readonly failures: readonly InteractiveFailure[];
}

export interface InteractiveFailure {
  readonly message: string;
  readonly errorType: 'Infrastructure' | 'Job' | 'Test' | undefined;
  readonly error: string | undefined;
}

export type TestResult = 'pass' | 'fail' | 'skip' | 'unknown';

export interface Monitor {
  readonly name: string;
  readonly start: string;
  readonly end: string;
  readonly pattern: string;
  readonly fixups: ReadonlyMap<string, TestResult>;
}

export interface InlineDefinition {
  readonly name: string;
  readonly path: string;
  readonly installSteps: readonly string[];
  readonly steps: readonly string[];
  /** Shell variables, definition defaults overridden by the job. */
  readonly parameters: readonly (readonly [string, string])[];
  readonly pattern: string | undefined;
  readonly fixups: ReadonlyMap<string, TestResult>;
}
