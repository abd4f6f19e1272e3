import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { JobFailure } from '../failure.js';
import type { RunnableImage } from '../supported/runnable-job.js';

const maxRedirects = 10;
/** How long to wait for data from a server (the same as in LAVA). */
const silenceMs = 60_000;

export interface Source {
  readonly stream: Readable;
  /** Undefined if the server does not report it. */
  readonly sizeBytes: number | undefined;
}

/**
 * Returns the size of a local image.
 * @throws JobFailure (Job) when it cannot be read
 */
async function fileSize(url: URL): Promise<number> {
  const path = fileURLToPath(url);
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new JobFailure('Job', `${path} is not a file`);
    return found.size;
  } catch (error) {
    if (error instanceof JobFailure) throw error;
    throw new JobFailure('Job', `the image ${path} does not exist or cannot be read`);
  }
}

/**
 * Opens an image for reading.
 * @throws JobFailure (Job) when the image does not exist, or (Infrastructure) when reading fails
 */
export async function openSource(image: RunnableImage, signal: AbortSignal): Promise<Source> {
  if (image.url.protocol === 'file:') {
    const sizeBytes = await fileSize(image.url);
    return { stream: createReadStream(fileURLToPath(image.url)), sizeBytes };
  }
  const response = await get(image.url, image.headers, signal, maxRedirects);
  const length = Number(response.headers['content-length']);
  return { stream: response, sizeBytes: Number.isSafeInteger(length) && length >= 0 ? length : undefined };
}

/**
 * Checks that a server has the image, without downloading it.
 * @throws JobFailure in the same cases as `openSource`
 */
export async function probeSource(image: RunnableImage, signal: AbortSignal): Promise<void> {
  if (image.url.protocol === 'file:') {
    await fileSize(image.url);
    return;
  }
  const response = await get(image.url, image.headers, signal, maxRedirects);
  response.destroy();
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
    const next = new URL(location, url);
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
