/** A LAVA job as values. Durations are milliseconds. */

/** What master and worker both need of a job. */
export interface JobHead {
  readonly name: string;
  /** null in a multinode job, whose roles have types, and where the device decides. */
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
  /** By name; empty for a job of one device. */
  readonly roles: ReadonlyMap<string, Role>;
}

/** A job whose actions were read, too. */
export interface Job extends JobHead {
  readonly blocks: readonly Block[];
}

/** Who may see the job: everybody, its submitter, or the members of all these groups. */
export type Visibility = 'public' | 'personal' | { readonly group: readonly string[] };

/** One role of a multinode job (`protocols.lava-multinode.roles`): `count` jobs of their own. */
export interface Role {
  readonly count: number;
  /** null for a role that connects to the devices of another one. */
  readonly deviceType: string | null;
  readonly secondary: SecondaryConnection | null;
  readonly tags: readonly string[];
  readonly context: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, unknown>>;
  /** Whether the jobs of all roles end when one of this role fails. */
  readonly isEssential: boolean;
  readonly timeoutMs: number | undefined;
}

/** A role without devices of its own: it connects, for instance with ssh, to a device of the role `hostRole`. */
export interface SecondaryConnection {
  readonly connection: string;
  readonly hostRole: string;
  readonly expectRole: string;
}

export interface Timeout {
  readonly durationMs: number;
  /** Whether the job goes on with the next action when the time is over. */
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
  /** How long the job may wait for a device; undefined: for ever. */
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

/** A block whose own keys are not read: `deploy: {to: tftp}`, `boot: {method: fastboot}`, and every one of an outline. */
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

/** `boot` with one of the methods that are read here. */
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

/** One of `test.definitions`. What is fetched from elsewhere is not read here. */
export type TestDefinition =
  ({ readonly from: 'inline' } & InlineDefinition) | { readonly from: 'git' | 'url' };

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
