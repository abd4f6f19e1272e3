import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { JobFailure, type ErrorType } from '../failure.js';
import type { RunnableImage } from '../supported/runnable-job.js';
import { openLocalImage } from './local-file.js';
import { whyUnusable } from './usable-url.js';

const maxRedirects = 10;
/** How long to wait for data from a server (the same as in LAVA). */
const silenceMs = 60_000;

export interface Source {
  readonly stream: Readable;
  /** Undefined if the server does not report it. */
  readonly sizeBytes: number | undefined;
  /** Who is responsible if reading fails: the job names a local file that cannot be read, or a transfer breaks. */
  readonly blame: ErrorType;
}

/**
 * Opens an image for reading.
 * @param directories where local images may be
 * @throws JobFailure (Job) when the image does not exist, or (Infrastructure) when the server cannot be reached
 */
export async function openSource(
  image: RunnableImage,
  directories: readonly string[],
  signal: AbortSignal,
): Promise<Source> {
  if (image.url.protocol === 'file:') {
    const { handle, sizeBytes } = await openLocalImage(image.url, directories);
    return { stream: handle.createReadStream(), sizeBytes, blame: 'Job' };
  }
  const response = await get(image.url, image.headers, signal, maxRedirects);
  return { stream: response, sizeBytes: announcedSize(response), blame: 'Infrastructure' };
}

/**
 * Checks that a server has the image, without downloading it.
 * @returns its size, if the server reports it
 * @throws JobFailure in the same cases as `openSource`
 */
export async function probeSource(
  image: RunnableImage,
  directories: readonly string[],
  signal: AbortSignal,
): Promise<number | undefined> {
  const source = await openSource(image, directories, signal);
  source.stream.destroy();
  return source.sizeBytes;
}

function announcedSize(response: IncomingMessage): number | undefined {
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined;
}

async function get(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  redirectsLeft: number,
): Promise<IncomingMessage> {
  const response = await send(url, headers, signal);
  const status = response.statusCode ?? 0;
  if (status === 200) return response;
  response.destroy();
  const { location } = response.headers;
  if (status >= 300 && status < 400 && location !== undefined) {
    if (redirectsLeft === 0)
      throw new JobFailure('Job', `${showUrl(url)}: more than ${maxRedirects} redirects`);
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (next === undefined || whyUnusable(next) !== undefined) {
      throw new JobFailure(
        'Job',
        `${showUrl(url)}: redirects to ${JSON.stringify(location)}, which is not a URL`,
      );
    }
    if (!['http:', 'https:'].includes(next.protocol)) {
      throw new JobFailure('Job', `${showUrl(url)}: redirects to ${next.protocol}, which is not supported`);
    }
    // A header for one server (such as a token) must not be sent to another one.
    return get(next, next.origin === url.origin ? headers : {}, signal, redirectsLeft - 1);
  }
  throw new JobFailure('Job', `${showUrl(url)}: the server responded with status ${status}`);
}

async function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      reject(
        signal.aborted
          ? (signal.reason as Error)
          : new JobFailure('Infrastructure', `cannot download ${showUrl(url)}: ${error.message}`),
      );
    };
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
      url,
      // Request the file as stored: a transparent encoding would change size and checksum.
      { headers: { ...headers, 'accept-encoding': 'identity', 'user-agent': 'lavaflow' }, signal },
      (response) => {
        response.setTimeout(silenceMs);
        resolve(response);
      },
    );
    request.setTimeout(silenceMs, () => request.destroy(new Error('received no data for a minute')));
    request.on('error', fail);
    request.end();
  });
}

/** Formats a URL for messages, without its password. */
export function showUrl(url: URL): string {
  if (url.username === '' && url.password === '') return url.href;
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}
