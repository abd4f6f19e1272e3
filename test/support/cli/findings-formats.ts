import { Ajv } from 'ajv';

/** A workflow command of GitHub Actions, decoded like the runner does. */
export type WorkflowCommand = Readonly<Record<string, string>>;

/**
 * Reads `::command key=value,key=value::message` lines (actions/runner, ActionCommand.cs): `%`, carriage return and
 * newline are escaped everywhere, `:` and `,` in values too.
 * @throws Error when a line is anything else: the runner would print it, or interpret it as another command
 */
export function parseWorkflowCommands(text: string): WorkflowCommand[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('the last line has no newline');
  return lines.map((line) => {
    const parts = /^::(?<command>[a-z-]+) (?<properties>[^:]*)::(?<message>.*)$/u.exec(line)?.groups;
    if (parts === undefined) throw new Error(`not a workflow command: ${line}`);
    const properties = (parts['properties'] ?? '').split(',').map((property) => {
      const equals = property.indexOf('=');
      if (equals < 1) throw new Error(`not a property: ${property}`);
      return [property.slice(0, equals), decode(property.slice(equals + 1), propertyEscapes)] as const;
    });
    const names = properties.map(([name]) => name);
    if (new Set(names).size < names.length) throw new Error(`duplicate property: ${line}`);
    return {
      command: parts['command'] ?? '',
      ...Object.fromEntries(properties),
      message: decode(parts['message'] ?? '', messageEscapes),
    };
  });
}

const messageEscapes: Readonly<Record<string, string>> = { '%25': '%', '%0D': '\r', '%0A': '\n' };
const propertyEscapes: Readonly<Record<string, string>> = { ...messageEscapes, '%3A': ':', '%2C': ',' };

function decode(text: string, escapes: Readonly<Record<string, string>>): string {
  return text.replaceAll(/%.{0,2}/gu, (escape) => {
    const character = escapes[escape];
    if (character === undefined) throw new Error(`${escape} is not an escape sequence of workflow commands`);
    return character;
  });
}

/** The fields used of a SARIF log in which `sarifProblems` finds no problems. */
export interface SarifLog {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly level: string;
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region?: { readonly startLine: number; readonly startColumn?: number };
        };
      }[];
    }[];
  }[];
}

/**
 * Checks that a value has the shape of a SARIF 2.1.0 log (OASIS standard, section 3), for the properties that a log
 * of findings needs and code scanning reads. A property that is not listed here is a problem.
 */
export function sarifProblems(log: SarifLog): string[] {
  const ajv = new Ajv({ allErrors: true });
  const validate = ajv.compile(sarifSchema);
  if (!validate(log))
    return (validate.errors ?? []).map((error) => `${error.instancePath}: ${error.message ?? ''}`);
  const [run] = log.runs as unknown as readonly SarifRun[];
  const rules = run?.tool.driver.rules ?? [];
  const problems: string[] = [];
  if (new Set(rules.map(({ id }) => id)).size < rules.length) problems.push('duplicate rule');
  for (const { ruleId, ruleIndex, locations } of run?.results ?? []) {
    if (rules[ruleIndex]?.id !== ruleId) problems.push(`ruleIndex ${ruleIndex} is not ${ruleId}`);
    for (const { physicalLocation } of locations) {
      const { uri, uriBaseId } = physicalLocation.artifactLocation;
      if (!isRelativeReference(uri)) problems.push(`${uri} is not a relative URI`);
      if (run?.originalUriBaseIds[uriBaseId] === undefined) problems.push(`no base ${uriBaseId}`);
    }
  }
  return problems;
}

interface SarifRun {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly originalUriBaseIds: Readonly<Record<string, unknown>>;
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly locations: readonly {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string };
      };
    }[];
  }[];
}

/** RFC 3986: only path characters and percent-encoded bytes; no scheme, no leading slash, no `..`. */
function isRelativeReference(uri: string): boolean {
  if (!/^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})+$/.test(uri)) return false;
  const segments = uri.split('/');
  return !(segments[0] ?? '').includes(':') && !segments.some((one) => one === '' || one === '..');
}

const exactly = (properties: Readonly<Record<string, unknown>>, optional: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const text = { type: 'string', minLength: 1 };
const message = exactly({ text });
const position = { type: 'integer', minimum: 1 };
const location = exactly({
  physicalLocation: exactly(
    {
      artifactLocation: exactly({ uri: text, uriBaseId: text }),
      region: exactly({ startLine: position, startColumn: position }, ['startColumn']),
    },
    ['region'],
  ),
});
const result = exactly({
  ruleId: text,
  ruleIndex: { type: 'integer', minimum: 0 },
  level: { enum: ['none', 'note', 'warning', 'error'] },
  message,
  locations: { type: 'array', items: location, minItems: 1 },
});
const rule = exactly({ id: text, name: text, shortDescription: message });
const driver = exactly({ name: text, rules: { type: 'array', items: rule } });
const run = exactly({
  tool: exactly({ driver }),
  columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
  originalUriBaseIds: {
    type: 'object',
    additionalProperties: exactly({ description: message }),
  },
  results: { type: 'array', items: result },
});
const sarifSchema = exactly({
  $schema: text,
  version: { const: '2.1.0' },
  runs: { type: 'array', items: run, minItems: 1 },
});
