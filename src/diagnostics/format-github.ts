import { printable } from './escape.js';
import type { Finding } from './finding.js';

/** Workflow commands of GitHub Actions: `::error file=F,line=L,col=C,title=T::message`. */
export function formatGithub(findings: readonly Finding[]): string {
  return findings.map(formatOne).join('');
}

function formatOne({ code, severity, message, place, hint }: Finding): string {
  const command = severity === 'note' ? 'notice' : severity;
  const properties = [
    `file=${escapeProperty(place.file)}`,
    ...(place.line === undefined ? [] : [`line=${place.line}`]),
    ...(place.line === undefined || place.column === undefined ? [] : [`col=${place.column}`]),
    `title=${escapeProperty(code)}`,
  ];
  const text = hint === undefined ? message : `${message}. ${hint}`;
  return `::${command} ${properties.join(',')}::${escapeData(text)}\n`;
}

/** The runner decodes these escapes. All other characters that could break out of the line are made visible first. */
function escapeData(text: string): string {
  return printable(text).replaceAll('%', '%25');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
