import { fileURLToPath, urlToHttpOptions } from 'node:url';

/**
 * Finds what is wrong with a file or HTTP URL that is a URL, but does not name anything: `file:///a%2fb`, `http://%@host/`.
 * @returns undefined if it can be used
 */
export function whyUnusable(url: URL): string | undefined {
  try {
    if (url.protocol !== 'file:') {
      urlToHttpOptions(url);
      return undefined;
    }
    return fileURLToPath(url).includes('\0') ? 'the path contains a null character (%00)' : undefined;
  } catch {
    return 'contains a percent sign that does not encode a character of its place (%2F in a path, or not two digits)';
  }
}
