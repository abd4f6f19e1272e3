import { printable } from './escape.js';
import type { Finding, Place } from './finding.js';

export function formatText(findings: readonly Finding[]): string {
  return findings.map(formatOne).join('');
}

function formatOne(finding: Finding): string {
  const { code, severity, message, place, hint } = finding;
  const line = `${formatPlace(place)}: ${severity}: ${printable(message)} [${printable(code)}]\n`;
  return hint === undefined ? line : `${line}  hint: ${printable(hint)}\n`;
}

/** `file:line:column`, as far as known. */
function formatPlace({ file, line, column }: Place): string {
  const parts = [printable(file), line, line === undefined ? undefined : column];
  return parts.filter((part) => part !== undefined).join(':');
}
