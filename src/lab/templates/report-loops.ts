import {
  componentsOf,
  graphOf,
  shortestCycle,
  type Namespace,
  type Template,
} from '../../templates/index.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';

/** For all loops of a lab together. After that, loops are reported without their full path. */
const mostSteps = 1_000_000;
const longestWay = 20;

/**
 * Reports every template that leads back to itself. Only `extends` and imports count, because they are always followed.
 * An include may be inside a condition that ends the recursion.
 * @param hiding dictionaries that are in a loop only because of their names, which was reported
 */
export function reportLoops(
  templates: readonly Template[],
  namespace: Namespace,
  hiding: ReadonlySet<string>,
  report: Report,
): void {
  const graph = graphOf(templates, namespace, false);
  let stepsLeft = mostSteps;
  for (const component of componentsOf(graph)) {
    const [first] = component;
    if (first === undefined || (component.length === 1 && graph[first]?.includes(first) !== true)) continue;
    if (component.some((number) => hiding.has(templates[number]?.path ?? ''))) continue;
    const members = new Set(component);
    for (const number of component) {
      const start = templates[number];
      const second = graph[number]?.find((to) => members.has(to));
      if (start === undefined || second === undefined) continue;
      const { way, steps } = shortestCycle(graph, number, stepsLeft);
      stepsLeft -= steps;
      const names = (way ?? [number, second, number]).map((at) => nameOf(templates[at]));
      const isShort = way !== null && names.length <= longestWay;
      const shown = isShort ? names : [...names.slice(0, -1).slice(0, longestWay), '…', ...names.slice(-1)];
      const first = start.references.find(
        ({ name, kind }) =>
          kind !== 'include' && name !== null && namespace.get(name) === templates[way?.[1] ?? second],
      );
      report.error(
        'template-loop',
        placeAt(start.path, start.text ?? '', first?.at ?? 0),
        `this leads back to itself: ${shown.join(' -> ')}`,
        'Break the cycle.',
      );
    }
  }
}

function nameOf(template: Template | undefined): string {
  return template?.path.split('/').at(-1) ?? '';
}
