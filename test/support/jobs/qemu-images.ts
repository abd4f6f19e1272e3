import { execFileSync } from 'node:child_process';

/** The kernel and initramfs of the examples, made by the project's own script when they are not there yet. */
export function makeImages(): void {
  const script = new URL('../../../scripts/make-images.sh', import.meta.url).pathname;
  execFileSync('bash', [script], { stdio: ['ignore', 'ignore', 'inherit'], timeout: 170_000 });
}
