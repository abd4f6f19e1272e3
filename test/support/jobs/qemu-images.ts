import { execFileSync } from 'node:child_process';

/** The kernel and initramfs of the examples, built by the project's own script if they do not exist. */
export function makeImages(): void {
  const script = new URL('../../../scripts/make-images.sh', import.meta.url).pathname;
  execFileSync('bash', [script], { stdio: ['ignore', 'ignore', 'inherit'], timeout: 170_000 });
}
