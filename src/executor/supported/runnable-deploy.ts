import { problemAt, type DeployBlock, type JobProblem } from '../../job/index.js';
import type { RunnableDeploy, RunnableImage } from './runnable-job.js';

type At = JobProblem['at'];

/** Reads a deploy block for this executor. Adds a problem for each image that it cannot download. */
export function runnableDeploy(block: DeployBlock, at: At, problems: JobProblem[]): RunnableDeploy {
  const images: RunnableImage[] = [];
  for (const image of block.images) {
    const place: At = [...at, 'images', image.label];
    if (!/^[\w.-]+$/.test(image.label) || image.label === '.' || image.label === '..') {
      problems.push(problemAt(place, "an image's label may contain only letters, digits, '.', '_' and '-'"));
      continue;
    }
    const url = readUrl(image.url);
    if (typeof url === 'string') problems.push(problemAt([...place, 'url'], url));
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
  return url.pathname.endsWith('/') ? 'is a directory, not a file' : url;
}
