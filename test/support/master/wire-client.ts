import { Dealer, Push, type Socket } from 'zeromq';
import {
  encodeControl,
  encodeLog,
  type AgentIdentity,
  type ControlMessage,
  type LogMessage,
} from '../../../src/wire/index.js';

interface Keys {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** A worker for tests, which sends any message under any identity. */
export class WireClient {
  readonly received: string[][] = [];
  readonly #sockets: Socket[] = [];
  readonly #control: Dealer;
  readonly #logs: Push;

  constructor(identity: string, keys: Keys, masterKey: string, controlPort: number, logPort: number) {
    const options = {
      linger: 0,
      curveServerKey: masterKey,
      curvePublicKey: keys.publicKey,
      curveSecretKey: keys.secretKey,
      reconnectInterval: 50,
    };
    this.#control = new Dealer({ ...options, routingId: identity });
    this.#logs = new Push(options);
    this.#control.connect(`tcp://127.0.0.1:${controlPort}`);
    this.#logs.connect(`tcp://127.0.0.1:${logPort}`);
    this.#sockets.push(this.#control, this.#logs);
    void this.#listen();
  }

  async #listen(): Promise<void> {
    for await (const frames of this.#control) this.received.push(frames.map((frame) => frame.toString()));
  }

  async send(message: ControlMessage): Promise<void> {
    await this.#control.send(encodeControl(message));
  }

  async sendRaw(frames: (string | Uint8Array)[]): Promise<void> {
    await this.#control.send(frames);
  }

  async log(message: LogMessage): Promise<void> {
    await this.#logs.send(encodeLog(message));
  }

  async hello(version = 'lavaflow test', agent: AgentIdentity | null = null): Promise<void> {
    await this.send({ action: 'HELLO', protocol: 3, version, agent });
  }

  /** Whether a message that starts with these frames has arrived. */
  has(...frames: string[]): boolean {
    return this.received.some((message) => frames.every((frame, at) => message[at] === frame));
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}
