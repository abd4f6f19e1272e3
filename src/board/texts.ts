import type { ScriptLine } from './state.js';

export const ubootVersion = 'U-Boot 2024.01 (Jan 08 2024 - 15:37:48 +0000)';
export const kernelRelease = '6.6.30-lavaflow';
export const kernelVersion = '#1 SMP PREEMPT Thu May 2 14:32:50 UTC 2024';
export const bootloaderPrompt = '=> ';
export const interruptPrompt = 'Hit any key to stop autoboot: ';

/** The output before the countdown. */
export const bootloaderScript: readonly ScriptLine[] = [
  // A board's ROM needs a moment; a console that is opened meanwhile misses nothing.
  { afterMs: 500, text: '\r\nU-Boot SPL 2024.01 (Jan 08 2024 - 15:37:48 +0000)\r\n' },
  { afterMs: 10, text: 'Trying to boot from MMC1\r\n' },
  { afterMs: 20, text: `\r\n\r\n${ubootVersion}\r\n\r\n` },
  { afterMs: 5, text: 'CPU  : lavaflow simulated SoC rev 1\r\n' },
  { afterMs: 5, text: 'Model: lavaflow simulated board\r\nDRAM:  512 MiB\r\n' },
  { afterMs: 5, text: 'Core:  12 devices, 8 uclasses, devicetree: separate\r\nMMC:   mmc@0: 0\r\n' },
  { afterMs: 5, text: 'In:    serial\r\nOut:   serial\r\nErr:   serial\r\nNet:   No ethernet found.\r\n' },
];

/** The kernel's messages without their time stamps. */
export const kernelMessages: readonly string[] = [
  'Booting Linux on physical CPU 0x0',
  `Linux version ${kernelRelease} (build@lavaflow) (gcc 13.2.0, GNU ld 2.42) ${kernelVersion}`,
  'CPU: ARMv7 Processor [410fc075] revision 5 (ARMv7), cr=10c5387d',
  'OF: fdt: Machine model: lavaflow simulated board',
  'Memory policy: Data cache writealloc',
  'Kernel command line: @ARGUMENTS@',
  'Memory: 498112K/524288K available',
  'rcu: Hierarchical RCU implementation.',
  'sched_clock: 32 bits at 1000kHz, resolution 1000ns, wraps every 2147483647500ns',
  'Console: colour dummy device 80x30',
  'pinctrl core: initialized pinctrl subsystem',
  'NET: Registered PF_INET protocol family',
  'Serial: 8250/16550 driver, 1 ports, IRQ sharing disabled',
  'printk: console [ttyS0] enabled',
  'mmc0: new high speed SDHC card at address 0001',
  'mmcblk0: mmc0:0001 SIM08 7.40 GiB',
  'EXT4-fs (mmcblk0p2): mounted filesystem with ordered data mode',
  'VFS: Mounted root (ext4 filesystem) readonly on device 179:2.',
  'Freeing unused kernel image (initmem) memory: 1024K',
  'Run /sbin/init as init process',
];

/** A kernel message with the time since the start, as printk writes it. */
export function kernelLine(index: number, argumentsText: string): string {
  const seconds = (index * 0.0371).toFixed(6).padStart(12);
  return `[${seconds}] ${(kernelMessages[index] ?? '').replace('@ARGUMENTS@', argumentsText)}`;
}

export function kernelScript(argumentsText: string): ScriptLine[] {
  return kernelMessages.map((_, index) => ({
    afterMs: index === 0 ? 50 : 10,
    text: `${kernelLine(index, argumentsText)}\r\n`,
  }));
}

export const panicScript: readonly ScriptLine[] = [
  {
    afterMs: 20,
    text: '[    1.204113] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(179,2)\r\n',
  },
  { afterMs: 5, text: '[    1.204380] CPU: 0 PID: 1 Comm: swapper/0 Not tainted 6.6.30-lavaflow #1\r\n' },
  { afterMs: 5, text: '[    1.204871] Call trace:\r\n[    1.205020]  panic+0x134/0x300\r\n' },
  {
    afterMs: 5,
    text: '[    1.205713] ---[ end Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(179,2) ]---\r\n',
  },
];

export const userlandScript: readonly ScriptLine[] = [
  { afterMs: 30, text: 'Starting syslogd: OK\r\n' },
  { afterMs: 10, text: 'Starting network: OK\r\n' },
  { afterMs: 10, text: '\r\nWelcome to the lavaflow simulated board\r\n' },
];
