/**
 * The definitions of jobs that are due. A pass holds the lock for writing, so it reads only small ones. A larger one is
 * read by the reader; its job waits for the next pass, which is requested when the definition is known.
 *
 *   unknown --find--> wanted --read--> known (until 100 others are)
 *                     wanted --failure--> unknown (another pass is requested later)
 */
import type { Log } from '../../diagnostics/index.js';
import type { DefinitionOptions, ParsedDefinition } from '../jobs/definition.js';
import type { Reader } from '../reading/reader.js';
import { readings } from '../reading/tasks.js';

export interface DefinitionsOptions {
  readonly reader: Reader;
  readonly options: DefinitionOptions;
  readonly log: Log;
  /** Called when a definition is known that was not. */
  readonly onRead: () => void;
  /** Called when one could not be read now. */
  readonly onFailure: () => void;
}

const mostKnown = 100;

export class Definitions {
  readonly #options: DefinitionsOptions;
  readonly #wanted = new Map<string, Wanted>();
  readonly #known = new Map<string, ParsedDefinition>();
  #isReading = false;
  #isStopped = false;

  constructor(options: DefinitionsOptions) {
    this.#options = options;
  }

  /**
   * @param checkOf for a health check, the type of its device
   * @returns null if the definition is not known yet
   */
  find(text: string, checkOf: string | null): ParsedDefinition | null {
    const wanted = { text, checkOf, options: this.#options.options };
    if (readings.definition.isSmall(wanted)) return readings.definition.read(wanted);
    const key = `${checkOf ?? ''}\0${text}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#wanted.set(key, wanted);
    void this.#readWanted();
    return null;
  }

  stop(): void {
    this.#isStopped = true;
    this.#wanted.clear();
  }

  async #readWanted(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    const { reader, log, onRead, onFailure } = this.#options;
    for (const [key, { text, checkOf, options }] of this.#wanted) {
      this.#wanted.delete(key);
      try {
        this.#remember(key, await reader.definition(text, options, scheduler, checkOf));
        if (!this.#isStopped) onRead();
      } catch (error) {
        if (this.#isStopped) break;
        log.error({ error: String(error) }, 'the definition of a job could not be read; trying again');
        onFailure();
      }
    }
    this.#isReading = false;
  }

  #remember(key: string, parsed: ParsedDefinition): void {
    this.#known.set(key, parsed);
    const oldest = this.#known.keys().next();
    if (this.#known.size > mostKnown && oldest.done !== true) this.#known.delete(oldest.value);
  }
}

interface Wanted {
  readonly text: string;
  readonly checkOf: string | null;
  readonly options: DefinitionOptions;
}

const scheduler = { client: 'scheduler', isGuest: false };
