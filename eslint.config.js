import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

export default defineConfig(
  { ignores: ['dist/', 'dist-bench/', 'coverage/', '.lavaflow/', '*.cjs', '*.js', 'bin/'] },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // A number in a message is readable as it is.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `while (true)` with an inner return reads better than a flag.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      'func-style': ['error', 'declaration', { allowArrowFunctions: true }],
      // `private` ends with the compiler; `#name` is private at run time too. A constructor cannot have such a name.
      'no-restricted-syntax': [
        'error',
        {
          selector: ":matches(PropertyDefinition, TSParameterProperty)[accessibility='private']",
          message: 'Write private members as #name.',
        },
        {
          selector: "MethodDefinition[accessibility='private'][kind!='constructor']",
          message: 'Write private members as #name.',
        },
      ],
    },
  },
  {
    // Scripts run without a build, so they are JavaScript.
    files: ['scripts/**/*.js', 'test/bench/**/*.js'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', performance: 'readonly' },
    },
  },
  {
    files: ['test/bench/**', 'test/fuzz/main.ts', 'scripts/**'],
    rules: { 'no-console': 'off' },
  },
);
