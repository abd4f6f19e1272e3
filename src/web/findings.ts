import type { Finding, Severity } from '../diagnostics/index.js';
import { badge } from './badge.js';
import { html, type Html } from './html.js';
import type { Level } from './judge.js';
import { count, folded, list } from './list.js';

const severities: readonly Severity[] = ['error', 'warning', 'note'];
const levels: Readonly<Record<Severity, Level>> = { error: 'bad', warning: 'warning', note: 'off' };
const mostListed = 200;

/** The findings of the lab, errors first. Many are folded. */
export function findingsSection(findings: readonly Finding[]): Html | null {
  if (findings.length === 0) return null;
  const sorted = severities.flatMap((severity) => findings.filter((one) => one.severity === severity));
  return html`<section id="findings" aria-labelledby="findings-title">
    <h2 id="findings-title">Findings</h2>
    ${folded(
      'findings-list',
      html`${countsOf(findings)}`,
      list(sorted, mostListed, 'findings', findingItem),
      findings.length <= 10,
    )}
  </section>`;
}

/** As `2 errors, 1 warning`. */
export function countsOf(findings: readonly Finding[]): string {
  return severities
    .map((severity) => ({ severity, number: findings.filter((one) => one.severity === severity).length }))
    .filter(({ number }) => number > 0)
    .map(({ severity, number }) => count(number, severity))
    .join(', ');
}

function findingItem({ severity, code, message, place, hint }: Finding): Html {
  const { file, line, column } = place;
  const where = [file, line, column].filter((part) => part !== undefined).join(':');
  return html`${badge(levels[severity], severity)} <code>${where}</code>
    <div>${message} <span class="code">${code}</span></div>
    ${hint === undefined ? null : html`<div class="hint">${hint}</div>`}`;
}
