import type { Finding } from '../../diagnostics/index.js';
import type { TemplateError, UndefinedUse } from '../../jinja/index.js';
import { codeOfTemplateError } from '../../lab/index.js';
import { contextVariables } from '../../templates/index.js';

const sourcesHint =
  "Add it, or correct the name. LAVA's own come from deviceTypeSources in lab-config/lab.yaml, or from --device-types DIR.";
const mostPlaces = 6;

/** Reports why a device's configuration cannot be rendered, at the place in the template. */
export function failureFinding(device: string, error: TemplateError): Finding {
  const { file, line, column, message, chain, kind } = error;
  const hint = kind === 'not-found' ? sourcesHint : (error.hint ?? '');
  const from = [...new Set(chain.map((place) => `from ${place.file}:${place.line}`))];
  const shown = from.slice(0, mostPlaces).join(', ');
  const more = from.length > mostPlaces ? `, and from ${from.length - mostPlaces} more places` : '';
  const hints = [hint, shown === '' ? '' : `Check how it was reached: ${shown}${more}.`].filter(
    (one) => one !== '',
  );
  return {
    code: codeOfTemplateError(error),
    severity: 'error',
    message: `${device}: ${message}`,
    place: { file, line, column },
    ...(hints.length === 0 ? {} : { hint: hints.join(' ') }),
  };
}

/** Reports places that print an undefined variable: each place once, in the order in which devices reach it. */
export function undefinedFindings(usesOf: ReadonlyMap<string, readonly UndefinedUse[]>): Finding[] {
  const places = new Map<string, { readonly use: UndefinedUse; readonly devices: string[] }>();
  for (const [device, uses] of usesOf) {
    for (const use of uses) {
      const key = JSON.stringify([use.file, use.line, use.column, use.message]);
      const known = places.get(key);
      if (known === undefined) places.set(key, { use, devices: [device] });
      else known.devices.push(device);
    }
  }
  return Array.from(places.values(), ({ use, devices }) => undefinedFinding(use, devices));
}

function undefinedFinding(use: UndefinedUse, [first = '', ...others]: readonly string[]): Finding {
  const { file, line, column, name, message } = use;
  const devices = others.length === 0 ? first : `${first} and ${others.length} more`;
  const what = name === undefined ? message : `"${name}" is not defined`;
  const hint =
    name !== undefined && contextVariables.has(name)
      ? `Set it with --context ${name}=..., like the context of a job.`
      : use.hint;
  return {
    code: 'undefined-name',
    severity: 'error',
    message: `${what}, so this is empty for ${devices}`,
    place: { file, line, column },
    ...(hint === undefined ? {} : { hint }),
  };
}
