/** minijinja-js with its Python compatibility; the argument is the directory in which npm installed it. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { answer } from './answer.js';

/** The part of minijinja-js that is used here. */
interface Minijinja {
  readonly Environment: new () => {
    trimBlocks: boolean;
    enablePyCompat(): void;
    addTemplate(name: string, source: string): void;
    renderTemplate(name: string, context: object): string;
    free(): void;
  };
}

const { Environment } = createRequire(path.join(process.argv[2] ?? '', 'index.js'))(
  'minijinja-js',
) as Minijinja;

await answer(({ templates, name, context }) => {
  const environment = new Environment();
  environment.trimBlocks = true;
  environment.enablePyCompat();
  try {
    for (const [wanted, text] of Object.entries(templates)) environment.addTemplate(wanted, text);
    return environment.renderTemplate(name, context);
  } finally {
    environment.free();
  }
});
