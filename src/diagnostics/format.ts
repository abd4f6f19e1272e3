import type { Finding } from './finding.js';
import { formatGithub } from './format-github.js';
import { formatSarif } from './format-sarif.js';
import { formatText } from './format-text.js';

/** The output formats of formatFindings. */
export const findingsFormats = ['text', 'json', 'github', 'sarif'] as const;
export type FindingsFormat = (typeof findingsFormats)[number];

/**
 * Findings as text, ending in a newline (empty for `text` and `github` without findings).
 * - `text`: like a compiler, `file:line:column: severity: message [code]`, then the hint;
 * - `json`: `{"findings": [...]}`, each as in the type Finding;
 * - `github`: workflow commands, which GitHub shows at the line;
 * - `sarif`: a SARIF 2.1.0 log.
 */
export function formatFindings(findings: readonly Finding[], format: FindingsFormat): string {
  switch (format) {
    case 'text':
      return formatText(findings);
    case 'json':
      return `${JSON.stringify({ findings }, null, 2)}\n`;
    case 'github':
      return formatGithub(findings);
    case 'sarif':
      return formatSarif(findings);
  }
}
