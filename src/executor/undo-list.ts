import { join } from 'node:path';
import { hasCode, readRegular } from '../host/index.js';
import { writeWhole } from './job-directory.js';

const fileName = 'undo';
const maxBytes = 1024 * 1024;

/**
 * The device's commands that a job has started and not undone yet. They are in a file of the job, too: if the executor is
 * killed, the program that powers off the board undoes them.
 */
export class UndoList {
  readonly #directory: string;
  #names: readonly string[];

  private constructor(directory: string, names: readonly string[]) {
    this.#directory = directory;
    this.#names = names;
  }

  static empty(directory: string): UndoList {
    return new UndoList(directory, []);
  }

  /**
   * The list that another executor of this job has left.
   * @throws Error when there is a list that cannot be read
   */
  static async read(directory: string): Promise<UndoList> {
    return new UndoList(directory, parseNames(await readList(directory)));
  }

  /** In the order in which they were started. */
  get names(): readonly string[] {
    return this.#names;
  }

  add(name: string): void {
    this.#write([...this.#names, name]);
  }

  remove(name: string): void {
    const index = this.#names.indexOf(name);
    this.#write(this.#names.filter((_, at) => at !== index));
  }

  #write(names: readonly string[]): void {
    writeWhole(this.#directory, fileName, `${JSON.stringify(names)}\n`);
    this.#names = names;
  }
}

async function readList(directory: string): Promise<string> {
  try {
    const { content } = await readRegular(join(directory, fileName), ({ size }) => size <= maxBytes);
    if (content === null) throw new Error(`${fileName} is not a regular file, or too large`);
    return content.toString('utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '[]';
    throw error;
  }
}

function parseNames(text: string): readonly string[] {
  const names: unknown = JSON.parse(text);
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw new Error(`${fileName} is not a list of names`);
}
