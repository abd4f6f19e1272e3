import { code, isGap, isWord } from './characters.js';
import type { Cursor } from './cursor.js';
import { YamlFailure } from './failure.js';

/** A tag as written: `handle` is a shorthand for a prefix, or empty if the suffix is the whole tag. */
export interface WrittenTag {
  readonly handle: string;
  readonly suffix: string;
}

/** Scans the `!tag` that starts here. */
export function scanTag(cursor: Cursor, isInBrackets: boolean): WrittenTag {
  const start = cursor.at;
  const tag = readTag(cursor, start);
  const next = cursor.code();
  if (!isGap(next) && !(isInBrackets && next === code.comma)) {
    throw new YamlFailure('a tag must be followed by a space or a line end', start);
  }
  return tag;
}

function readTag(cursor: Cursor, start: number): WrittenTag {
  if (cursor.text.startsWith('!<', cursor.at)) {
    cursor.at += 2;
    const suffix = readUri(cursor, true, start);
    if (suffix === '' || cursor.text[cursor.at] !== '>') throw new YamlFailure('"!<" needs a ">"', start);
    cursor.at++;
    return { handle: '', suffix };
  }
  const handle = readHandle(cursor);
  if (handle.length > 1 && handle.endsWith('!')) {
    const suffix = readUri(cursor, false, start);
    if (suffix === '') throw new YamlFailure(`nothing follows "${handle}"`, start);
    return { handle, suffix };
  }
  const suffix = handle.slice(1) + readUri(cursor, false, start);
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix };
}

/** `!`, `!!` or `!name!`; `!name` is not a handle. */
function readHandle(cursor: Cursor): string {
  const from = cursor.at;
  cursor.at++;
  while (isWord(cursor.code())) cursor.at++;
  if (cursor.text[cursor.at] === '!') cursor.at++;
  return cursor.text.slice(from, cursor.at);
}

function readUri(cursor: Cursor, isVerbatim: boolean, start: number): string {
  const uri = isVerbatim ? /[\w;/?:@&=+$.%!~*'(),[\]-]*/y : /[\w;/?:@&=+$.%!~*'()-]*/y;
  uri.lastIndex = cursor.at;
  const [text = ''] = uri.exec(cursor.text) ?? [];
  cursor.at += text.length;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new YamlFailure('"%" in a tag is not a valid escape', start);
  }
}

/** Scans the directive line that starts with `%` here; like libyaml, it knows only YAML and TAG. */
export function scanDirective(cursor: Cursor): { readonly name: string; readonly value: string } {
  const line =
    /%(?:(YAML)[ \t]+(\d+\.\d+)|(TAG)[ \t]+((?:!|!!|![\w-]+!)[ \t]+\S+))[ \t]*(?:#.*)?(?=[\0\n\r\x85\u2028\u2029])/y;
  line.lastIndex = cursor.at;
  const match = line.exec(cursor.text);
  if (match === null) throw new YamlFailure('"%" starts an unknown directive', cursor.at);
  cursor.at = line.lastIndex;
  if (cursor.code() !== code.nul) cursor.skipBreak();
  return { name: match[1] ?? match[3] ?? '', value: match[2] ?? match[4] ?? '' };
}
