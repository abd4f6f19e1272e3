/** A number of bytes for people, such as `64 MiB` or `0.5 MiB`. */
export function mebibytes(bytes: number): string {
  return `${Number((bytes / 2 ** 20).toFixed(1))} MiB`;
}
