/**
 * What the screens of the panels read and send, until `protocol.ts` has it: `GET /api/panels` and the section `panels`
 * of the view are `PanelsPage`; `POST /api/panels/orders` takes an `Order` and answers `OrderDone` or a refusal.
 */

/** One line of panels. */
export interface Bus {
  bus: string;
  port: string;
  online: boolean;
  baud: number;
  /** How long the master takes to ask every panel once, in milliseconds. */
  cycle_ms: number | null;
  /** Frames that came garbled since the process began. */
  bad_frames: number;
  /** Why it is off line, as a code of namespace `panels.why`; empty when it is not. */
  why: string;
}

export interface Panel {
  serial: string;
  /** Null: a spare. */
  seat: string | null;
  bus: string;
  address: number;
  kind: 'bus' | 'usb' | 'gpio';
  online: boolean;
  jammed: boolean;
  down: boolean[];
  version: string;
  errors: number;
  seen: string | null;
}

/** A seat of the hall and who has it. */
export interface Seat {
  seat: string;
  member: string | null;
  name: string;
}

export interface Pairing {
  bus: string;
  /** The panel whose button was pressed; null until then. */
  found: string | null;
}

export interface PanelsPage {
  /** The panels process is connected. */
  online: boolean;
  buses: Bus[];
  panels: Panel[];
  /** As the seat map has them; empty strings are gaps. */
  rows: string[][];
  seats: Seat[];
  pairing: Pairing | null;
  testing: boolean;
}

export type Order =
  | { do: 'pair-start'; bus: string }
  | { do: 'pair-stop' }
  | { do: 'take'; serial: string; seat: string | null }
  | { do: 'forget'; serial: string }
  | { do: 'seat'; serial: string; seat: string | null }
  | { do: 'locate'; serial: string; on: boolean }
  | { do: 'test'; on: boolean }
  | { do: 'light'; serial: string; lights: boolean[] }
  | { do: 'swap'; seat: string; to: string };
