import { parseDocument } from 'yaml';

/** LAVA's own templates have about three such places. */
const maxRepairs = 200;

export type ParsedYaml =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/**
 * YAML 1.1 as PyYAML reads it. PyYAML lets a quoted text go on in a line with less indentation than YAML asks for, and
 * LAVA's own device templates do so; how much such a line is indented does not change the text, so it is indented
 * until the parser is content.
 */
export function parseLenientYaml(source: string): ParsedYaml {
  const lines = source.split('\n');
  for (let repair = 0; ; repair += 1) {
    const document = parseDocument(lines.join('\n'), {
      version: '1.1',
      uniqueKeys: false,
      prettyErrors: true,
    });
    const [error] = document.errors;
    if (error === undefined) return toValue(document);
    const lineNumber = error.linePos?.[0].line;
    const next = lineNumber === undefined ? undefined : lines[lineNumber];
    const isOpenQuote = error.code === 'MISSING_CHAR' && error.message.includes('quote');
    if (!isOpenQuote || lineNumber === undefined || next === undefined || repair === maxRepairs) {
      return { ok: false, message: error.message.split('\n')[0] ?? '' };
    }
    lines[lineNumber] = `${' '.repeat(80)}${next.trimStart()}`;
  }
}

function toValue(document: ReturnType<typeof parseDocument>): ParsedYaml {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 1000 }) };
  } catch (error) {
    // Aliases that would grow without bound.
    if (!(error instanceof ReferenceError)) throw error;
    return { ok: false, message: error.message };
  }
}
