import { DeviceChecker, type DeviceVerdict } from '../../job/index.js';
import type { ReleaseNumber } from '../../model/index.js';
import { fileNameOf, groupByRendering, renderingContext, type Namespace } from '../../templates/index.js';
import { uniqueClaims, type Claim } from '../hardware/claim.js';
import { claimsInSection } from '../hardware/section-claims.js';
import { withoutDefaults } from '../hardware/without-defaults.js';
import type { KeptRendering } from '../kept.js';
import type { EnvironmentOf } from './environments.js';
import { cutTextsIn, problemsOf } from './rendered-problem.js';

interface Renderer {
  readonly environmentOf: EnvironmentOf;
  readonly checkerOf: (release: ReleaseNumber) => DeviceChecker<Claim>;
  readonly namespace: Namespace;
  /** Files of the lab. */
  readonly own: ReadonlySet<string>;
}

/**
 * Renders a device as each of its masters does, and checks the results by the schema of their releases.
 * @throws TemplateError when it does not render on one of them
 */
export function renderForAll(
  hostname: string,
  { deviceType, releases }: Pick<KeptRendering, 'deviceType' | 'releases'>,
  { environmentOf, checkerOf, namespace, own }: Renderer,
): KeptRendering {
  const requested = new Set<string>();
  const uses = new Map<string, KeptRendering['undefinedUses'][number]>();
  const verdicts: (readonly [ReleaseNumber, DeviceVerdict])[] = [];
  const dictionary = namespace.get(fileNameOf(hostname))?.text ?? '';
  let cuts: KeptRendering['problems'] = [];
  const claims: Claim[] = [];
  for (const group of groupByRendering(releases)) {
    const [release] = group;
    if (release === undefined) continue;
    const context = renderingContext({ hostname, deviceType }, release);
    const rendering = environmentOf(release).renderWithTemplates(fileNameOf(hostname), context);
    for (const name of rendering.templates) requested.add(name);
    for (const { name, ...use } of rendering.undefinedUses) {
      if (name === undefined || !own.has(use.file)) continue;
      uses.set(`${use.file}:${use.line}:${use.column}:${name}`, { ...use, name });
    }
    if (cuts.length === 0) cuts = cutTextsIn(rendering.text, dictionary, releases);
    for (const one of group) {
      const { verdict, facts } = checkerOf(one).read(rendering.text);
      verdicts.push([one, verdict]);
      claims.push(...facts);
    }
  }
  const parts = [...requested].sort().map((name) => ({ name, template: namespace.get(name) }));
  const others = parts.flatMap(({ name, template }) =>
    template === undefined || name === fileNameOf(hostname) ? [] : [template],
  );
  return {
    parts,
    deviceType,
    releases,
    problems: [...problemsOf(verdicts), ...cuts],
    undefinedUses: [...uses.values()],
    claims: withoutDefaults(uniqueClaims(claims), others),
  };
}

/** The checkers of a lab, one per release. */
export function createCheckers(): (release: ReleaseNumber) => DeviceChecker<Claim> {
  const known = new Map<ReleaseNumber, DeviceChecker<Claim>>();
  return (release) => {
    let checker = known.get(release);
    if (checker === undefined) known.set(release, (checker = new DeviceChecker(release, claimsInSection)));
    return checker;
  };
}
