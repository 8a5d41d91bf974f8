/**
 * The live view of the meeting, and the one door for commands.
 *
 * The view is a snapshot kept up to date by pushes: each pushed section takes the place of the one we had.
 * A push of another ledger, or one that tells of a push we never saw, makes us fetch the snapshot.
 */
import { io, type Socket } from 'socket.io-client';

import { get, NoAnswer } from './http';
import { uuid } from './uuid';
import type { Accepted, Command, Mine, MinePush, Push, Refused, Snapshot, View } from './wire';

export type Line = 'connecting' | 'online' | 'offline';
export type Answer = Accepted | Refused;

/** A lost line is noticed by the answer that does not come, before it is by its silence. */
const ANSWER_WITHIN_MS = 6_000;
/** Two pings of the server's. */
const SILENT_MS = 8_000;

export class Live {
  /** Null: nobody is signed in on this screen. */
  role: string | null = $state(null);
  name = $state('');
  line: Line = $state('connecting');
  view: View = $state.raw({});
  mine: Mine | null = $state.raw(null);
  /** The ledger entry that `mine` rests on; an older one never replaces a newer. */
  mineSeq = $state(0);
  /** Why nobody is signed in here any more, when it was not asked for here: we were told, or found it out. */
  ended: 'told' | 'found' | null = $state(null);
  /** `performance.now()` when each of these sections came: what runs on by itself is counted from there. */
  pollArrived = $state(0);
  roomArrived = $state(0);
  recordingArrived = $state(0);
  floorArrived = $state(0);
  stageArrived = $state(0);

  /** Signing out was asked for on this screen. */
  leaving = false;

  #ledger = '';
  #seen = 0;
  #socket: Socket | null = null;
  #fetching = false;
  #late: Push[] = [];
  #onSnapshot: (() => void)[] = [];

  constructor(first: Snapshot | null) {
    if (first !== null) this.#take(first);
    // The device knows of a lost Wi-Fi long before an unanswered ping tells of it.
    addEventListener('offline', () => {
      this.#lost();
    });
    addEventListener('online', () => {
      const socket = this.#socket;
      if (socket !== null && !socket.connected) socket.disconnect().connect();
    });
  }

  /** The line is gone: say so now, and let a new one be opened; a server on this very machine is still reached. */
  #lost(): void {
    if (this.#socket === null) return;
    this.line = 'offline';
    this.#socket.io.engine.close();
  }

  /** Open the line. It opens itself again when lost, after a random wait so that 500 tablets do not march in step. */
  connect(): void {
    this.#socket?.disconnect();
    this.line = 'connecting';
    const socket = io({
      transports: ['websocket'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 1_000,
      randomizationFactor: 1,
      timeout: 5_000,
      forceNew: true,
    });
    this.#socket = socket;
    this.#endWhenSilent(socket);
    socket.on('snapshot', (snapshot: Snapshot) => {
      this.#take(snapshot);
      this.line = 'online';
      for (const tell of this.#onSnapshot) tell();
    });
    socket.on('push', (push: Push) => {
      this.#merge(push);
    });
    socket.on('mine', (push: MinePush) => {
      if (push.ledger === this.#ledger) this.#takeMine(push.mine, push.seq);
    });
    socket.on('signed_out', () => {
      // One's own signing out comes here too; that ends in `leave` by itself.
      if (!this.leaving) this.leave('told');
    });
    socket.on('disconnect', (reason) => {
      this.line = 'offline';
      // The server ended it: the sign-in was revoked, or the server is going down. Only the first is for good.
      if (reason === 'io server disconnect') void this.#askWhoIAm();
    });
    socket.on('connect_error', () => {
      this.line = 'offline';
      // Refused at the door (no retry by itself) rather than not reached.
      if (!socket.active) void this.#askWhoIAm();
    });
  }

  /** A line that has carried nothing for so long is dead; TCP would find out only after as long again. */
  #endWhenSilent(socket: Socket): void {
    let silence = 0;
    const heard = () => {
      clearTimeout(silence);
      silence = window.setTimeout(() => socket.io.engine.close(), SILENT_MS);
    };
    socket.io.on('open', heard);
    socket.io.on('ping', heard);
    socket.io.on('close', () => {
      clearTimeout(silence);
    });
  }

  /** Close the line and forget the view: nobody is signed in here any more. */
  leave(ended: 'told' | 'found' | null = null): void {
    this.ended = ended;
    this.leaving = false;
    this.#socket?.disconnect();
    this.#socket = null;
    this.role = null;
    this.view = {};
    this.mine = null;
    this.#ledger = '';
    this.#seen = 0;
  }

  /** After a sign-in: the view by plain HTTP, then the line. Throws NoAnswer. */
  async enter(): Promise<void> {
    const { ok, body } = await get('/api/snapshot');
    if (!ok) return;
    this.ended = null;
    this.#take(body as Snapshot);
    this.connect();
  }

  /** Called after each snapshot that came over a new line: what was not settled can be sent again. */
  onSnapshot(tell: () => void): () => void {
    this.#onSnapshot.push(tell);
    return () => {
      this.#onSnapshot = this.#onSnapshot.filter((other) => other !== tell);
    };
  }

  /** Give a command. Throws NoAnswer when no answer came: whether it was done is then not known. */
  async command(command: Command | Record<string, unknown>, id: string = uuid()): Promise<Answer> {
    const socket = this.#socket;
    if (!socket?.connected) throw new NoAnswer('not connected');
    try {
      return (await socket.timeout(ANSWER_WITHIN_MS).emitWithAck('command', { ...command, id })) as Answer;
    } catch {
      // No answer on a line that looks open is a dead line: open a new one now.
      socket.io.engine.close();
      throw new NoAnswer('no answer');
    }
  }

  #take(snapshot: Snapshot): void {
    const arrived = performance.now();
    this.#ledger = snapshot.ledger;
    this.#seen = snapshot.seq;
    this.role = snapshot.role;
    this.name = snapshot.name;
    this.view = snapshot.view;
    this.pollArrived = arrived;
    this.roomArrived = arrived;
    this.recordingArrived = arrived;
    this.floorArrived = arrived;
    this.stageArrived = arrived;
    this.#takeMine(snapshot.view.mine ?? null, snapshot.seq, true);
  }

  #takeMine(mine: Mine | null, seq: number, whole = false): void {
    if (!whole && seq < this.mineSeq) return;
    this.mine = mine;
    this.mineSeq = seq;
  }

  #merge(push: Push): void {
    if (this.#fetching) {
      this.#late.push(push);
      return;
    }
    if (push.ledger !== this.#ledger || push.prev > this.#seen) {
      void this.#refetch();
      return;
    }
    // Already in the snapshot that we hold.
    if (push.seq < this.#seen) return;
    const arrived = performance.now();
    const changed = push.changed as Partial<View>;
    if ('poll' in changed) this.pollArrived = arrived;
    if ('room' in changed) this.roomArrived = arrived;
    if ('recording' in changed) this.recordingArrived = arrived;
    if ('floor' in changed) this.floorArrived = arrived;
    if ('stage' in changed) this.stageArrived = arrived;
    this.#seen = push.seq;
    this.view = { ...this.view, ...changed };
  }

  async #refetch(): Promise<void> {
    this.#fetching = true;
    try {
      const { ok, body } = await get('/api/snapshot');
      if (ok) this.#take(body as Snapshot);
      else this.leave('found');
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      // A new line brings a snapshot with it.
      this.#socket?.io.engine.close();
    } finally {
      this.#fetching = false;
    }
    const late = this.#late;
    this.#late = [];
    for (const push of late) {
      if (push.ledger === this.#ledger && push.prev <= this.#seen) this.#merge(push);
    }
  }

  async #askWhoIAm(): Promise<void> {
    try {
      const { ok } = await get('/api/snapshot');
      if (ok) this.#again();
      else this.leave('found');
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.#again();
    }
  }

  #again(): void {
    const socket = this.#socket;
    setTimeout(() => {
      if (socket !== null && socket === this.#socket) socket.connect();
    }, 500 + Math.random() * 1_000);
  }
}
