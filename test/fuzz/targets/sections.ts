/** An input with several parts: `=== NAME` starts each one. */
export interface Section {
  readonly name: string;
  readonly text: string;
}

export function sectionsOf(text: string): Section[] {
  return text
    .split(/^=== /m)
    .filter((part) => part !== '')
    .map((part) => {
      const end = part.indexOf('\n');
      return end < 0 ? { name: part, text: '' } : { name: part.slice(0, end), text: part.slice(end + 1) };
    });
}

export function sectionText(sections: Readonly<Record<string, string>>): string {
  return Object.entries(sections)
    .map(([name, text]) => `=== ${name}\n${text}`)
    .join('');
}
