/** A LAVA job as values. Durations are in milliseconds. */

/** The parts of a job that both the master and the worker need. */
export interface JobHead {
  readonly name: string;
  /** null in a multinode job, whose roles have types, and in a health check, whose device determines it. */
  readonly deviceType: string | null;
  readonly visibility: Visibility;
  /** 0 to 100. */
  readonly priority: number;
  readonly tags: readonly string[];
  /** Variables for the device's templates. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Variables for test shells. */
  readonly environment: Readonly<Record<string, unknown>>;
  readonly timeouts: JobTimeouts;
  /** By name; empty for a job on a single device. */
  readonly roles: ReadonlyMap<string, Role>;
}

/** A job including its actions. */
export interface Job extends JobHead {
  readonly blocks: readonly Block[];
}

/** Who may view the job: everybody, its submitter, or users who are members of all these groups. */
export type Visibility = 'public' | 'personal' | { readonly group: readonly string[] };

/** One role of a multinode job (`protocols.lava-multinode.roles`). LAVA creates `count` jobs for it. */
export interface Role {
  readonly count: number;
  /** null for a role that connects to the devices of another role. */
  readonly deviceType: string | null;
  readonly secondary: SecondaryConnection | null;
  readonly tags: readonly string[];
  readonly context: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, unknown>>;
  /** Whether the jobs of all roles end when a job of this role fails. */
  readonly isEssential: boolean;
  readonly timeoutMs: number | undefined;
}

/** A role without its own devices: it connects, for example with ssh, to a device of the role `hostRole`. */
export interface SecondaryConnection {
  readonly connection: string;
  readonly hostRole: string;
  readonly expectRole: string;
}

export interface Timeout {
  readonly durationMs: number;
  /** Whether the job continues with the next action after the timeout. */
  readonly canSkip: boolean;
}

/** The `timeouts` of a job or of a device. */
export interface Timeouts {
  readonly actionMs: number | undefined;
  readonly actionsMs: ReadonlyMap<string, number>;
  readonly connectionMs: number | undefined;
  readonly connectionsMs: ReadonlyMap<string, number>;
}

export interface JobTimeouts extends Timeouts {
  readonly jobMs: number;
  /** How long the job may wait for a device; undefined means without limit. */
  readonly queueMs: number | undefined;
}

/** One entry of `actions`. */
export type Block = DeployBlock | BootBlock | TestBlock | CommandBlock | OtherBlock;

/** What every block may specify. */
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

/** A block whose own keys are not read: `deploy: {to: tftp}`, `boot: {method: fastboot}`, and every block of an outline. */
export interface OtherBlock {
  readonly kind: 'other';
  readonly section: 'deploy' | 'boot' | 'test' | 'command';
  readonly method: string;
}

/** `deploy: {to: tmpfs}` */
export interface DeployBlock extends BlockCommon {
  readonly kind: 'deploy';
  readonly images: readonly DeployImage[];
}

export type Compression = 'gz' | 'bz2' | 'xz' | 'zip' | 'zstd';

export interface DeployImage {
  readonly label: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: Compression | undefined;
  /** By algorithm: md5, sha256, sha512; in lower-case hex. */
  readonly checksums: ReadonlyMap<string, string>;
  readonly imageArg: string | undefined;
}

export interface AutoLogin {
  readonly loginPrompt: string;
  readonly username: string;
  readonly password: { readonly prompt: string; readonly text: string } | undefined;
  readonly commands: readonly string[];
}

/** `boot` with one of the methods whose keys are read. */
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

export interface CommandBlock extends BlockCommon {
  readonly kind: 'command';
  readonly commandName: string;
}

export interface TestBlock extends BlockCommon {
  readonly kind: 'test';
  readonly connectionNamespace: string;
  readonly test:
    | { readonly how: 'interactive'; readonly scripts: readonly InteractiveScript[] }
    | { readonly how: 'monitors'; readonly monitors: readonly Monitor[] }
    | { readonly how: 'definitions'; readonly definitions: readonly TestDefinition[] };
}

export interface InteractiveScript {
  readonly name: string;
  readonly prompts: readonly string[];
  readonly isEchoDiscarded: boolean;
  readonly commands: readonly InteractiveCommand[];
}

export interface InteractiveCommand {
  /** null means that nothing is sent. */
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

/** One of `test.definitions`. Definitions that are fetched from elsewhere are not read here. */
export type TestDefinition =
  ({ readonly from: 'inline' } & InlineDefinition) | { readonly from: 'git' | 'url' };

export interface InlineDefinition {
  readonly name: string;
  readonly path: string;
  readonly installSteps: readonly string[];
  readonly steps: readonly string[];
  /** Shell variables: the defaults of the definition, overridden by the job. */
  readonly parameters: readonly (readonly [string, string])[];
  readonly pattern: string | undefined;
  readonly fixups: ReadonlyMap<string, TestResult>;
}
