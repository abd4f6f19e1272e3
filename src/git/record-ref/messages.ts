import type { AppliedRecord, Suspension } from '../../model/index.js';
import type { ApplyIntent } from '../../reconcile/index.js';

/** Commit messages of a record: `git log` of its ref reads like a log of what was applied. */
export function describeBegin(intent: ApplyIntent): string {
  return message(`Start applying ${shorten(intent.revision)} to ${intent.master}`, {
    Revision: intent.revision,
    Repository: intent.repository,
    Plan: intent.fingerprint,
    Objects: String(intent.objects.size),
  });
}

export function describeRecord(record: AppliedRecord): string {
  return message(`Applied ${shorten(record.revision)} to ${record.master}`, {
    Revision: record.revision,
    Repository: record.repository,
    Plan: record.fingerprint,
    Objects: String(record.objects.size),
    ...(record.force === undefined ? {} : { Force: record.force }),
  });
}

export function describeSettled(master: string): string {
  return message(`Nothing is incomplete on ${master}`, {});
}

export function describeSuspended(master: string, suspension: Suspension | null): string {
  if (suspension === null) return message(`${master} is not suspended`, {});
  const { owner, reason, until, isEndTold } = suspension;
  const subject = isEndTold === true ? `The suspension of ${master} has ended` : `Suspend ${master}`;
  return message(subject, { Owner: owner, Until: until, Reason: reason });
}

function shorten(revision: string): string {
  return revision.replace(/^([0-9a-f]{12})[0-9a-f]+/, '$1');
}

function message(subject: string, trailers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${oneLine(value)}\n`);
  return `${oneLine(subject)}\n${lines.length === 0 ? '' : '\n'}${lines.join('')}`;
}

/** Removes line breaks and terminal escapes from text that a person or a lab wrote. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters must be removed
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
