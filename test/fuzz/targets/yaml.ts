import {
  doubleQuoted,
  findCutTexts,
  findKeyLines,
  findOtherKeys,
  isMapping,
  parsePython,
  parseYaml,
  parseYamlTexts,
  plainSections,
} from '../../../src/pyyaml/index.js';
import { expectEqual, expectThat, type Target } from '../target.js';
import { deviceSeeds, jobSeeds } from './job-seeds.js';

export const yaml: Target = {
  name: 'yaml',
  reach: 'submitters, workers, contributors: jobs, log lines, lab files, configurations',
  seeds: [
    ...jobSeeds,
    ...deviceSeeds,
    'a: 1\nb: [1, two, {c: d}]\nc:\n- x\n- y: z\n  w: ~\n',
    "- 'it''s'\n- \"a\\tb\\u00e9\\\n  c\"\n- |\n  text\n   more\n- >-\n  folded\n  text\n\n  end\n",
    '&a [1, 2]: *a\n? complex\n: value\n',
    '%YAML 1.1\n%TAG !t! tag:yaml.org,2002:\n--- !!map\na: !t!int "1"\nb: !!str 1\n...\n',
    'base: &b {x: 1}\nmore:\n  <<: *b\n  y: !!binary aGVsbG8=\nset: !!set {a, b}\npairs: !!pairs [a: 1, a: 2]\n',
    'date: 2001-12-14t21:59:43.10-05:00\nnumbers: [0x1f, 0o17, 012, 1_000, 190:20:30, .inf, -.INF, .nan, 1e3, 1.5]\nbools: [yes, No, on, OFF, ~, null]\n',
    '# comment\nkey: "text # no comment" # comment\nother: it is cut #3\n',
  ],
  tokens: [
    '- ', '? ', ': ', ', ', '[', ']', '{', '}', '#', ' # ', '&a ', '*a', '! ', '!!str ', '!!int ', '!!float ', '!!set ', '!!omap ', '!!pairs ',
    '!!binary ', '!!timestamp ', '!!bool ', '!!null ', '!!merge ', '!!value ', '!!python/object:x ', '!x ', '!<x> ', '!<tag:yaml.org,2002:int> ', '|', '>',
    '|2-\n', '>+\n', '|+\n', '>1\n', "'", '"', '\\', '\\x41', '\\u0000', '\\U0010ffff', '\\UFFFFFFFF', '\\\n', '%YAML 1.1\n', '%YAML 1.2\n', '%TAG ! x\n', '---',
    '...', '\n---\n', '\n...\n', '\n  ', '\t', '<<: ', '<<: *a', '<<: [*a, *a]', '=: ', '2001-01-01', '0000-00-00', '9999-99-99', '1:30', '0x', '0b1', 'yes',
    '~', '.inf', '-.nan', '1e', '012', 'null', '\ufeff', '\u2028', '\u0085', '@', '`', '&a [*a]', 'key: &a\n  <<: *a\n', '? - a\n: - b\n',
  ], // prettier-ignore
  mostBytes: 64 * 1024,
  msPerKib: 25,
  open: () => ({
    check: (input) => {
      const text = input.toString('utf8');
      const read = parseYaml(text);
      const python = parsePython(text);
      const texts = parseYamlTexts(text);
      findKeyLines(text);
      findOtherKeys(text);
      for (const cut of findCutTexts(text)) {
        expectThat('a text that is cut off is at its place', text.startsWith(cut.rest, cut.at));
      }
      if (!read.ok) {
        const { line, column } = read.problem;
        const lines = text.split('\n');
        expectThat(
          'a problem is in the text',
          line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1,
        );
      }
      // Values that do not exist, such as dates, make only the readers fail that construct them.
      if (read.ok) expectThat('the texts of a document can be read if its values can', texts.ok);
      expectEqual('the two readers of values agree', read.ok, python.ok);
      const sections = plainSections(text);
      if (sections === null) return;
      expectThat('a plain mapping is a mapping', read.ok && isMapping(read.value));
      if (!read.ok || !isMapping(read.value)) return;
      const merged = sections.flatMap((section) => {
        const part = parseYaml(section);
        return part.ok && isMapping(part.value) ? Object.entries(part.value) : [];
      });
      expectEqual('the sections have what the text has', Object.fromEntries(merged), read.value);
    },
  }),
};

export const yamlQuoting: Target = {
  name: 'yaml-quoting',
  reach: 'submitters, contributors: texts that are written as YAML or JSON, and read back',
  seeds: ['plain', 'it is "quoted" \\ \t\r\n\u0085\u2028\ufeff', '😀é\u{10ffff}', '\x1b[31m\x07\0'],
  tokens: ['\\', '"', '\\x', '\u0080', '\u00a0', '\u2029', '\ufffe', '\uffff', '\ue000'],
  mostBytes: 16 * 1024,
  msPerKib: 25,
  open: () => ({
    check: (input) => {
      const text = input.toString('utf8');
      expectEqual('a quoted text is read back', parseYaml(doubleQuoted(text)), { ok: true, value: text });
    },
  }),
};
