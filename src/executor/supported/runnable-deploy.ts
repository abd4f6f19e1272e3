import { validateHeaderName, validateHeaderValue } from 'node:http';
import { reasonOf } from '../../diagnostics/index.js';
import { problemAt, type DeployBlock, type JobProblem } from '../../job/index.js';
import { splitCommand } from '../console/command-line.js';
import { whyUnusable } from '../deploy/usable-url.js';
import type { RunnableDeploy, RunnableImage } from './runnable-job.js';

type At = JobProblem['at'];

/** The name of a directory is at most 255 bytes long. */
const maxLabelLength = 200;

/** Reads a deploy block for this executor. Adds a problem for each image that it cannot download. */
export function runnableDeploy(block: DeployBlock, at: At, problems: JobProblem[]): RunnableDeploy {
  const images: RunnableImage[] = [];
  for (const image of block.images) {
    const place: At = [...at, 'images', image.label];
    if (!/^[\w.-]+$/.test(image.label) || image.label === '.' || image.label === '..') {
      problems.push(problemAt(place, "an image's label may contain only letters, digits, '.', '_' and '-'"));
      continue;
    }
    if (image.label.length > maxLabelLength) {
      problems.push(problemAt(place, `an image's label may have at most ${maxLabelLength} characters`));
      continue;
    }
    const url = readUrl(image.url);
    if (typeof url === 'string') problems.push(problemAt([...place, 'url'], url));
    for (const [name, value] of Object.entries(image.headers)) {
      const why = whyNoHeader(name, value);
      if (why !== undefined) problems.push(problemAt([...place, 'headers', name], why));
    }
    const why = whyNoArguments(image.imageArg ?? '');
    if (why !== undefined) problems.push(problemAt([...place, 'image_arg'], why));
    const { compression } = image;
    if (compression === 'zip') {
      problems.push(problemAt([...place, 'compression'], 'zip files are not supported'));
    }
    if (typeof url !== 'string' && compression !== 'zip') images.push({ ...image, url, compression });
  }
  return { ...block, images };
}

/** @returns why the image cannot be downloaded */
function readUrl(given: string): URL | string {
  if (!URL.canParse(given)) return `${JSON.stringify(given)} is not a URL`;
  const url = new URL(given);
  if (!['file:', 'http:', 'https:'].includes(url.protocol)) {
    return `${url.protocol}// is not supported, only file, http and https`;
  }
  if (url.protocol === 'file:' && url.host !== '') return 'the file URL has a host (use file:///path)';
  return whyUnusable(url) ?? (url.pathname.endsWith('/') ? 'is a directory, not a file' : url);
}

/** Headers that describe the connection or a body. The executor sets them, or must not send them. */
const ownHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** @returns why the executor cannot send this header */
function whyNoHeader(name: string, value: string): string | undefined {
  if (ownHeaders.has(name.toLowerCase())) return 'the executor determines this header itself';
  try {
    validateHeaderName(name);
  } catch {
    return `${JSON.stringify(name)} is not the name of an HTTP header`;
  }
  try {
    validateHeaderValue(name, value);
    return undefined;
  } catch {
    return 'the value contains a character that HTTP does not allow, such as a line break';
  }
}

/** @returns why the text is not a list of arguments for a program */
function whyNoArguments(text: string): string | undefined {
  if (text.includes('\0')) return 'contains a null character';
  try {
    splitCommand(text);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
