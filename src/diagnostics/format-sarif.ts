import { printable, wellFormed } from './escape.js';
import type { Finding } from './finding.js';

/** A SARIF 2.1.0 log with one run (OASIS, static analysis results interchange format). */
export function formatSarif(findings: readonly Finding[]): string {
  const codes = [...new Set(findings.map((finding) => finding.code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'lavaflow',
            rules: codes.map((code) => ({ id: code, name: code, shortDescription: { text: words(code) } })),
          },
        },
        columnKind: 'unicodeCodePoints',
        originalUriBaseIds: { LAB: { description: { text: 'The root of the lab.' } } },
        results: findings.map((finding) => resultOf(finding, codes)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf({ code, severity, message, place, hint }: Finding, codes: readonly string[]) {
  const region =
    place.line === undefined
      ? {}
      : {
          region: {
            startLine: place.line,
            ...(place.column === undefined ? {} : { startColumn: place.column }),
          },
        };
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: printable(hint === undefined ? message : `${message}. ${hint}`) },
    locations: [
      { physicalLocation: { artifactLocation: { uri: uriOf(place.file), uriBaseId: 'LAB' }, ...region } },
    ],
  };
}

function words(code: string): string {
  return code.replaceAll('-', ' ');
}

/** A relative reference: a colon in the first segment would turn it into a scheme. */
function uriOf(file: string): string {
  return wellFormed(file)
    .split('/')
    .map((segment) => encodeURIComponent(segment))
    .join('/');
}
