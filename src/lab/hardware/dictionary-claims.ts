import type { Hardware } from '../../templates/index.js';
import { keyOfClaim, uniqueClaims, type Claim } from './claim.js';
import { claimsInSection } from './section-claims.js';

/** The claims of the variables that a dictionary sets, as if a template rendered all of them. */
export function claimsOfVariables(variables: readonly Hardware[]): readonly Claim[] {
  const ofCommand = (name: string) => variables.filter((one) => one.name === name).map(({ value }) => value);
  const consoles = [...ofCommand('connection_command'), ...ofCommand('connection_commands')];
  const commands = {
    power_on: ofCommand('power_on_command'),
    power_off: ofCommand('power_off_command'),
    hard_reset: ofCommand('hard_reset_command'),
    connect: consoles,
  };
  return uniqueClaims([
    ...claimsInSection('commands', commands, ''),
    ...variables.flatMap((variable) => claimsOfValue(variable)),
  ]);
}

function claimsOfValue({ name, value }: Hardware): readonly Claim[] {
  if (/_commands?$/.test(name)) return [];
  if (name === 'ssh_host') {
    const actions = { deploy: { methods: { ssh: { host: value } } } };
    return claimsInSection('actions', actions, '');
  }
  return claimsInSection('parameters', { [name]: value }, '');
}

/** Variables whose values are claims of this kind, if the exact variable is unknown. */
const variablesOf: Readonly<Partial<Record<Claim['kind'], RegExp>>> = {
  'power outlet': /^(?:power_on|power_off|hard_reset)_command$/,
  'serial port': /^connection_commands?$/,
};

/** The index at which a dictionary specifies a claim; undefined if a template computes it. */
export function indexOfClaim(claim: Claim, variables: readonly Hardware[]): number | undefined {
  const key = keyOfClaim(claim);
  const exact = variables.find((one) => claimsOfVariables([one]).some((found) => keyOfClaim(found) === key));
  return (exact ?? variables.find(({ name }) => variablesOf[claim.kind]?.test(name) === true))?.at;
}
