import { createEnvironment, findLiteralExtends, TemplateError } from '../../../src/jinja/index.js';
import { HOSTILE } from '../../support/jinja-hostile.js';
import { expectEqual, outcomeOf, type Target } from '../target.js';
import { sectionsOf, sectionText } from './sections.js';

const limits = {
  steps: 100_000,
  timeMs: 3_000,
  outputBytes: 256 * 1024,
  totalCharacters: 4 * 1024 * 1024,
  stringLength: 256 * 1024,
};
const context = {
  arch: 'arm64', n: 3, f: 1.5, yes: true, none: null, list: [1, 'two', [3]], dict: { a: 1, b: { c: 'd' } }, text: 'a "b" <c>\n', empty: '',
}; // prettier-ignore

export const jinja: Target = {
  name: 'jinja',
  reach: 'contributors: dictionaries and templates; submitters: variables of a job',
  seeds: [
    sectionText({
      main: '{% extends \'base\' %}\n{% set name = \'x\' %}\n{% set sync_to_lava = {"device_type": "qemu", "tags": ["a", \'b\']} %}\n{% block body %}{{ super() }} {{ name|default(\'y\') }}{% endblock %}\n',
      base: 'a: {{ arch }}\n{% block body %}\n{%- for i in range(3) if i != 1 %}- {{ loop.index }}: {{ i }}\n{% else %}none{% endfor %}\n{% endblock body %}\n',
    }),
    sectionText({
      main: "{% macro m(a, b=2) %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{{ caller() if caller else '' }}{% endmacro %}{{ m(1) }}{% call m(1, 2, 3, x=4) %}body{% endcall %}\n{% import 'lib' as lib %}{% from 'lib' import helper as h with context %}{{ lib.helper() }}{{ h(n) }}{% include ['none', 'lib'] ignore missing %}\n",
      lib: '{% macro helper(x=1) -%}\n{{ x }}{{ arch }}\n{%- endmacro %}',
    }),
    sectionText({
      main: '{% set ns = namespace(x=0) %}{% for k, v in dict.items() recursive %}{{ k }}{% set ns.x = ns.x + 1 %}{% if loop.first %}first{% elif v is mapping %}map{% else %}other{% endif %}{% endfor %}{{ ns.x }}{% filter upper %}text{% endfilter %}{% with a = 1, b = a %}{{ b }}{% endwith %}{% raw %}{{ x }}{% endraw %}{# comment #}',
    }),
    sectionText({
      main: "{{ 'a%sb%05.2f%r' % (1, 2.5, 'x') }}{{ '{:>10,.2f} {a!r}'.format(1234.5, a='b') }}{{ [3, 1, 2]|sort|join(',') }}{{ dict|tojson }}{{ list|map('string')|list }}{{ 7 // 2 ** 3 - -1 }}{{ text|replace('a', 'b')|indent(2)|wordwrap(5) }}{{ (1, 2)[::-1] }}{{ 'x' in text and not yes or none is none }}{{ list|selectattr('a')|list }}{{ 10 ** 20 }}{{ text.split(' ') }}{{ text|shlex_quote|yaml_quote }}",
    }),
    ...HOSTILE.map(([, text]) => sectionText({ main: text })),
  ],
  tokens: [
    '{{', '}}', '{%', '%}', '{#', '#}', '{{-', '-}}', '{%-', '-%}', '{%+', '{% raw %}', '{% endraw %}', 'for', 'in', 'endfor', 'else', 'if', 'elif', 'endif', 'set', 'endset',
    'block', 'endblock', 'scoped', 'required', 'extends', 'include', 'import', 'from', 'as', 'with context', 'without context', 'ignore missing', 'macro', 'endmacro', 'call',
    'endcall', 'filter', 'endfilter', 'with', 'endwith', 'autoescape true', 'endautoescape', 'do', 'recursive', 'loop', 'loop.index0', 'loop.cycle(1,2)', 'loop.changed(1)',
    'loop(list)', 'super()', 'self.body()', 'caller()', 'varargs', 'kwargs', 'namespace(a=1)', 'range(10)', 'dict(a=1)', 'lipsum()', 'cycler(1)', 'joiner()', 'is defined',
    'is not none', '|default(1)', '|tojson', '|safe', '|escape', '|list', '|length', '|batch(2)', '|slice(2)', '|groupby("a")', '|format(1)', '|round', '|int', '|float', '|pprint',
    '|urlize', '|xmlattr', '|sum', '|unique', '|dictsort', '|attr("format")', '|first', '|random', '|truncate(3)', '|center(9)', '|filesizeformat', '|striptags', '|wordcount',
    '.__class__', '["__proto__"]', '.constructor', '.format()', '.items()', '.join(list)', '% (1,)', '**', '//', '~', '==', '<', 'not', 'and', 'or', 'none', 'true', 'not in', '[1:2]',
    '[::-1]', '1e400', '1_000', '0x1f', "'x' * 999", '99 ** 99', "'\\N{DASH}'", "'\\x41'", '=== base\n', "'base'", "'lib'", "'main'", 'import_', '{% set x %}', '\n',
  ], // prettier-ignore
  mostBytes: 32 * 1024,
  // The limits above bound a rendering; each input is rendered several times.
  msPerKib: 60,
  open: () => ({
    check: (input) => {
      const files = new Map(sectionsOf(input.toString('utf8')).map(({ name, text }) => [name, text]));
      const load = (name: string) => {
        const text = files.get(name);
        return text === undefined ? null : { text, file: name };
      };
      const environment = createEnvironment({ loader: { load }, limits });
      const strict = createEnvironment({ loader: { load }, limits, strict: true });
      const lax = outcomeOf(() => environment.renderWithTemplates('main', context), TemplateError);
      const again = outcomeOf(() => environment.explain('main', context), TemplateError);
      if ('value' in lax && 'value' in again) {
        expectEqual('an explanation has the same text', again.value.text, lax.value.text);
      }
      const hard = outcomeOf(() => strict.render('main', context), TemplateError);
      if ('value' in lax && 'value' in hard) {
        expectEqual('a strict rendering has the same text', hard.value, lax.value.text);
      }
      outcomeOf(() => environment.parse('main'), TemplateError);
      outcomeOf(() => environment.evaluateTopLevelSet('main', 'sync_to_lava'), TemplateError);
      outcomeOf(() => environment.describeTopLevelSet('main', 'sync_to_lava'), TemplateError);
      outcomeOf(() => findLiteralExtends({ text: files.get('main') ?? '', file: 'main' }), TemplateError);
    },
  }),
};
