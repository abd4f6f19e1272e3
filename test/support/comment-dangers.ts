/**
 * What a comment for GitHub contains that it must not: raw markup outside of our own tags, mentions, references, characters
 * that nobody sees, and fences that do not end. An empty list means that the comment is safe.
 */
export function dangersIn(comment: string): string[] {
  const { text, problems } = withoutFences(comment);
  const own =
    /^<!-- lavaflow review -->$|^#{3,4} |^ *- |^\*\*|\*\*$|^_Left out|_$|<\/?(?:details|summary|code|b)>|<br>/gm;
  const bare = text.replace(own, '');
  const raw = /[<>`[\]|*_~!@$\\]|#(?!\d+;)|&(?!#\d+;)/.exec(bare);
  if (raw !== null)
    problems.push(`raw ${JSON.stringify(raw[0])} in ${JSON.stringify(around(bare, raw.index))}`);
  const prose = text.replaceAll(/<code>[^<]*<\/code>/g, '');
  const decoded = prose.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  const reference = /@[\w/]|#\d|\bGH-\d|\b(?=[a-f]*\d)[0-9a-f]{7,}\b/i.exec(
    decoded.replaceAll(/^#{3,4} /gm, ''),
  );
  if (reference !== null) problems.push(`a reference: ${around(decoded, reference.index)}`);
  const unseen =
    /[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u00A0\p{Cs}]|[^\n\t\P{Cc}]|\p{M}{4}/u.exec(
      comment,
    );
  if (unseen !== null)
    problems.push(`a hidden character in ${JSON.stringify(around(comment, unseen.index))}`);
  return problems;
}

function withoutFences(comment: string): { readonly text: string; readonly problems: string[] } {
  const problems: string[] = [];
  const open: { fence: string | null } = { fence: null };
  const kept = comment.split('\n').filter((line) => {
    const run = /^ {0,3}(`{3,})/.exec(line)?.[1];
    if (open.fence === null) {
      if (run === undefined) return true;
      if (line !== `${run}diff`) problems.push(`a fence that is not ours: ${line}`);
      open.fence = run;
    } else if (run !== undefined && run.length >= open.fence.length) {
      if (line !== open.fence) problems.push(`a fence ends early: ${line}`);
      open.fence = null;
    }
    return false;
  });
  if (open.fence !== null) problems.push('a fence does not end');
  return { text: kept.join('\n'), problems };
}

function around(text: string, index: number): string {
  return text.slice(Math.max(0, index - 20), index + 20);
}
