/**
 * The simulated board as a value.
 *
 * Phases: off -> script (SPL, then U-Boot's banner) -> countdown -> bootloader or script (kernel) -> login -> shell.
 * A reset or power-on starts again at the script; `hung` does not respond until then. Faults can replace a
 * phase or hold it.
 */
type Phase =
  | { readonly at: 'off' }
  /** Prints lines one by one, then goes on with `next`. */
  | { readonly at: 'script'; readonly lines: readonly ScriptLine[]; readonly next: AfterScript }
  | { readonly at: 'countdown'; readonly secondsLeft: number }
  | { readonly at: 'bootloader' }
  | { readonly at: 'login' }
  | { readonly at: 'shell' }
  /** A command of the shell is running; what follows it waits here. */
  | { readonly at: 'busy'; readonly rest: readonly ShellPart[] }
  | { readonly at: 'hung' };

export interface ScriptLine {
  readonly afterMs: number;
  readonly text: string;
}

type AfterScript = 'countdown' | 'login' | 'hung' | 'reboot' | 'off';

/** One command of a line and its condition: after `&&` it runs only if the previous one passed, after `||` if it failed. */
export interface ShellPart {
  readonly when: 'always' | 'passed' | 'failed';
  readonly words: readonly Word[];
}

/** A word consists of pieces; text in single quotes is not expanded. */
export interface Piece {
  readonly text: string;
  readonly isLiteral: boolean;
}
export type Word = readonly Piece[];

export interface Faults {
  /** Stops in the middle of the kernel log. */
  readonly hangsInBoot: boolean;
  /** The shell stops responding until the next reset. */
  readonly hangsInShell: boolean;
  readonly ignoresInterrupt: boolean;
  readonly panics: boolean;
  readonly neverAsksLogin: boolean;
}

export interface BoardState {
  readonly name: string;
  readonly phase: Phase;
  readonly faults: Faults;
  /** U-Boot's environment. */
  readonly bootEnvironment: Readonly<Record<string, string>>;
  /** What has been typed since the last line end. */
  readonly typed: string;
  /** The last byte was a carriage return, so a line feed right after it belongs to it. */
  readonly wasCarriageReturn: boolean;
  readonly shell: ShellState;
  /** When the kernel started. */
  readonly kernelStartMs: number;
  /** Makes garbage the same in every run. */
  readonly noiseSeed: number;
}

export interface ShellState {
  readonly directory: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly status: number;
  readonly hostname: string;
  readonly kernelArguments: string;
}

export const noFaults: Faults = {
  hangsInBoot: false,
  hangsInShell: false,
  ignoresInterrupt: false,
  panics: false,
  neverAsksLogin: false,
};

export const freshShell: ShellState = {
  directory: '/root',
  variables: { HOME: '/root', PATH: '/bin:/sbin', USER: 'root', SHELL: '/bin/sh' },
  status: 0,
  hostname: 'board',
  kernelArguments: '',
};

/** The longest value of a variable. Without a limit, a variable that contains itself twice grows with each line. */
const longestValue = 4096;

/** The value of a variable of the shell or of U-Boot; undefined if it is not set. */
export function variableIn(variables: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}

/** The variables with one more, or with another value of it. */
export function withVariable(
  variables: Readonly<Record<string, string>>,
  name: string,
  value: string,
): Readonly<Record<string, string>> {
  return { ...variables, [name]: value.slice(0, longestValue) };
}

/** The initial state of a board: powered off. */
export function newBoard(name: string): BoardState {
  return {
    name,
    phase: { at: 'off' },
    faults: noFaults,
    bootEnvironment: {
      baudrate: '115200',
      bootcmd: 'bootz ${kernel_addr_r} - ${fdt_addr_r}',
      bootdelay: '2',
      fdt_addr_r: '0x88000000',
      kernel_addr_r: '0x82000000',
      ramdisk_addr_r: '0x83000000',
    },
    typed: '',
    wasCarriageReturn: false,
    shell: freshShell,
    kernelStartMs: 0,
    noiseSeed: 1,
  };
}
