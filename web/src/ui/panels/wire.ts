/** Short names for the panels' part of the wire, and the door for orders to them. */
import type { components } from '../../live/protocol';
import { Orders } from './orders.svelte';

type Schemas = components['schemas'];
export type Bus = Schemas['BusView'];
export type Panel = Schemas['PanelView'];
export type PanelsPage = Schemas['PanelsPage'];

/** An order as a screen gives it: all but the id. */
export type PanelAsk =
  | { do: 'pair-start'; bus: string }
  | { do: 'pair-stop' }
  | { do: 'take'; serial: string; seat: string | null }
  | { do: 'forget'; serial: string }
  | { do: 'seat'; serial: string; seat: string | null }
  | { do: 'locate'; serial: string; on: boolean }
  | { do: 'swap'; seat: string; to: string };

export type PanelOrders = Orders<PanelAsk>;

/** The door for orders to the panels. */
export function panelOrders(): PanelOrders {
  return new Orders<PanelAsk>('/api/panels/orders', true);
}
