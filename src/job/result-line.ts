import { isMapping, parseYaml } from '../pyyaml/index.js';
import { reservedSuite } from './reserved-suite.js';

/**
 * The longest line that is read, in characters. A job can write any line to its log, and reading it costs time: the longest
 * one less than a second.
 */
const longest = 128 * 1024;

/** The result of a whole job, if that is what a line of its log contains (LAVA's log format: `lava`/`job`). */
export function jobResultIn(line: string): Readonly<Record<string, unknown>> | null {
  if (line.length > longest || !line.includes('results')) return null;
  const yaml = parseYaml(line);
  if (!yaml.ok || !isMapping(yaml.value)) return null;
  const { lvl, msg } = yaml.value;
  if (lvl !== 'results' || !isMapping(msg)) return null;
  return msg['definition'] === reservedSuite && msg['case'] === 'job' ? msg : null;
}
