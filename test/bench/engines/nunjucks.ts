/** nunjucks with its Jinja compatibility, as close to LAVA's settings as possible. */
import { createRequire } from 'node:module';
import { answer } from './answer.js';

/** The part of nunjucks that is used here. */
interface Nunjucks {
  installJinjaCompat(): void;
  readonly Environment: new (
    loaders: readonly { getSource(name: string): object | null }[],
    options: { readonly autoescape: boolean; readonly trimBlocks: boolean },
  ) => { render(name: string, context: object): string | null };
}

const nunjucks = createRequire(import.meta.url)('nunjucks') as Nunjucks;
nunjucks.installJinjaCompat();

await answer(({ templates, name, context }) => {
  const getSource = (wanted: string) =>
    Object.hasOwn(templates, wanted) ? { src: templates[wanted], path: wanted, noCache: true } : null;
  const environment = new nunjucks.Environment([{ getSource }], { autoescape: false, trimBlocks: true });
  return String(environment.render(name, context));
});
