import { markdownCode, markdownText, visible } from '../../diagnostics/index.js';
import type { Contact } from '../../model/index.js';
import type { Affected } from './condition.js';
import type { IncidentMessage } from './advance.js';
import type { IncidentView } from './incident.js';

/** The content of a message, as plain text. Nothing in it is hidden: characters that a reader does not see are escaped. */
export interface MessageText {
  /** One line. */
  readonly subject: string;
  /** Several lines. */
  readonly body: string;
}

const words = { opened: 'OPEN', updated: 'UPDATE', recovered: 'RECOVERED' } as const;
const longestLine = 1_000;

/** @param lab where the lab is, without credentials */
export function messageText({ phase, incident, at }: IncidentMessage, lab: string): MessageText {
  const { title, severity, since } = incident;
  const size = incident.affected.count === 0 ? '' : ` (${countText(incident.affected)})`;
  const when =
    phase === 'recovered'
      ? [`Started: ${timeText(since)}`, `Over: ${timeText(at)}, after ${durationText(since, at)}`]
      : [`Started: ${timeText(since)}`];
  const lines = [
    sentence(title),
    '',
    ...when,
    `Severity: ${severity}`,
    ...(phase === 'recovered' ? [] : stillText(incident)),
    ...contactLines(incident.contacts),
    '',
    `Lab: ${lab}`,
    `Incident: ${incident.key}`,
  ];
  return {
    subject: line(`[lavaflow] ${words[phase]}: ${title}${size}`),
    body: `${lines.map(line).join('\n')}\n`,
  };
}

/** Incidents for a terminal. */
export function formatIncidentsText(incidents: readonly IncidentView[]): string {
  if (incidents.length === 0) return 'no incidents\n';
  return incidents
    .map((incident) =>
      [
        `${incident.severity.toUpperCase()}  ${incident.title} (${stateText(incident)})`,
        ...[
          `Started: ${timeText(incident.since)}`,
          ...stillText(incident),
          ...contactLines(incident.contacts),
        ]
          .filter((text) => text !== '')
          .map((text) => `  ${text}`),
        '',
      ]
        .map(line)
        .join('\n'),
    )
    .join('\n');
}

/** Incidents for GitHub and other readers of Markdown. */
export function formatIncidentsMarkdown(incidents: readonly IncidentView[]): string {
  if (incidents.length === 0) return '### Incidents\n\nNone.\n';
  return [
    '### Incidents',
    '',
    '| severity | incident | since | affected | state |',
    '| -------- | -------- | ----- | -------- | ----- |',
    ...incidents.map(
      (one) =>
        `| ${one.severity} | ${markdownText(one.title)} | ${timeText(one.since)} | ${countText(one.affected)} | ${stateText(one)} |`,
    ),
    '',
    ...incidents.flatMap((one) => [
      `#### ${markdownText(sentence(one.title))}`,
      '',
      ...one.causes.map((cause) => `- Likely cause: ${markdownCode(cut(cause))}`),
      ...(one.affected.names.length === 0
        ? []
        : [`- Affected: ${one.affected.names.map(markdownCode).join(', ')}${moreText(one.affected)}`]),
      ...one.actions.map((action) => `- ${markdownText(action)}`),
      ...one.contacts.map((contact) => `- Contact: ${markdownCode(contactText(contact))}`),
      '',
    ]),
  ].join('\n');
}

function stillText({ causes, affected, actions, returns }: IncidentView): string[] {
  return [
    ...causes.map((cause) => `Likely cause: ${cause}`),
    ...(affected.count === 0
      ? []
      : [`Affected: ${countText(affected)}: ${affected.names.join(', ')}${moreText(affected)}`]),
    ...(returns === 0
      ? []
      : [`It has come back ${returns === 1 ? 'once' : `${returns} times`} within a day.`]),
    '',
    ...actions,
  ];
}

function contactLines(contacts: readonly Contact[]): string[] {
  return contacts.map((contact) => `Contact: ${contactText(contact)}`);
}

function contactText({ name, email, chat }: Contact): string {
  const ways = [email, chat].filter((way) => way !== undefined);
  return ways.length === 0 ? name : `${name} (${ways.join(', ')})`;
}

function countText({ count, noun }: Affected): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function moreText({ count, names }: Affected): string {
  const more = count - names.length;
  return more > 0 && names.length > 0 ? ` and ${more} more` : '';
}

function stateText({ state }: IncidentView): string {
  return state === 'pending' ? 'not confirmed' : state === 'recovering' ? 'recovering' : 'open';
}

/** `2026-01-31 12:00 UTC` */
function timeText(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

function durationText(from: string, to: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  if (minutes < 1) return 'less than a minute';
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor((minutes % 1440) / 60), 'h'],
    [minutes % 60, 'min'],
  ] as const;
  return parts
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function line(text: string): string {
  return cut(visible(text));
}

function cut(text: string): string {
  return text.length > longestLine ? `${text.slice(0, longestLine)}...` : text;
}
