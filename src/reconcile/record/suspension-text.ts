/** A suspension as a text, in the format of every store. */
import { ExternalError } from '../../diagnostics/index.js';
import type { Suspension } from '../../model/index.js';
import { parseKept, time } from './kept-json.js';
import { closed, oneOf, text } from './shape.js';

type SuspensionJson = Suspension & { readonly format: 'lavaflow-suspension'; readonly version: 1 };

export function suspensionToText({ master, owner, reason, since, until, isEndTold }: Suspension): string {
  const told = isEndTold === undefined ? {} : { isEndTold };
  const json: SuspensionJson = {
    ...{ format: 'lavaflow-suspension', version: 1, master, owner, reason, since, until },
    ...told,
  };
  return `${JSON.stringify(json, null, 1)}\n`;
}

/** @throws ExternalError when the text is not a suspension of this master: nobody knows whether it may be written to */
export function suspensionFromText(content: string, master: string, where: string): Suspension {
  const value = parseKept(content, master, shape, (why) => broken(where, master, why)) as SuspensionJson;
  const { owner, reason, since, until, isEndTold } = value;
  return { master, owner, reason, since, until, ...(isEndTold === undefined ? {} : { isEndTold }) };
}

function broken(where: string, master: string, why: string): ExternalError {
  return new ExternalError({
    what: 'read whether the master is suspended',
    where,
    why,
    retry: 'after-change',
    hint: `Run lavaflow resume ${master}, or suspend it again.`,
  });
}

const shape = closed(
  {
    format: oneOf('lavaflow-suspension'),
    version: oneOf(1),
    master: text,
    owner: text,
    reason: text,
    since: time,
    until: time,
  },
  { isEndTold: oneOf(true) },
);
