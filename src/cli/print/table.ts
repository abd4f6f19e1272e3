/** Formats a table: each column is as wide as its widest cell, with two spaces between columns. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly (string | null)[])[],
): string {
  const all = [header, ...rows].map((row) => row.map((cell) => cell ?? '-'));
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
