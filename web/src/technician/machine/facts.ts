/** From what the server measured to the lines of the cards. The limits are those of the readiness report. */
import { size, span } from '../../words/format';
import { type Key, t } from '../../words/words.svelte';
import type { Box, Clock, Fact } from './wire';

const HOT = 80;
const FREE_RED = 512 * 2 ** 20;
const DAY = 86_400;
const RTC_RED = 60;

/** What speaks for the time. */
export function speaksFor(clock: Clock): string {
  if (!clock.watched) return t('machine.clock.trusted');
  if (clock.unset) return t('machine.clock.unset');
  if (clock.synchronised) return t('machine.clock.server');
  return t(clock.set_by_hand ? 'machine.clock.hand' : 'machine.clock.battery');
}

/** The battery-backed clock. */
export function battery(clock: Clock): Fact {
  const off = clock.rtc_offset;
  const name = t('machine.clock.rtc');
  if (off === null) return { name, value: t('machine.clock.rtc_none') };
  const seconds = Math.round(Math.abs(off));
  return { name, value: t('machine.clock.rtc_offset', { seconds }), good: seconds < RTC_RED };
}

/** Heat, supply, memory, disks, who is connected. */
export function hardware(box: Box): Fact[] {
  const machine = box.machine;
  const { delegates, desks, halls } = { delegates: 0, desks: 0, halls: 0, ...box.clients };
  const disks = machine?.disks ?? [];
  return [
    ...(machine ? [{ name: t('machine.hardware.uptime'), value: span(machine.uptime_seconds ?? 0) }] : []),
    { name: t('machine.hardware.temperature'), ...degrees(box.temperature) },
    { name: t('machine.hardware.power'), ...supply(box) },
    { name: t('machine.hardware.ups'), ...ups(box) },
    ...(machine?.memory
      ? [{ name: t('machine.hardware.memory'), value: of(machine.memory.available, machine.memory.total) }]
      : []),
    ...(machine ? [{ name: t('machine.hardware.load'), value: String(machine.load ?? 0) }] : []),
    ...(disks.length === 0 && box.free_bytes !== null
      ? [{ name: t('machine.hardware.free'), value: size(box.free_bytes), good: box.free_bytes >= FREE_RED }]
      : []),
    ...disks.map((disk) => ({
      name: t('machine.hardware.disk', { path: disk.path }),
      value: of(disk.free, disk.total),
      good: disk.free >= Math.min(FREE_RED, disk.total / 10),
    })),
    {
      name: t('machine.hardware.clients'),
      value: t('machine.hardware.clients_said', { delegates, desks, halls }),
    },
    {
      name: t('machine.hardware.camera'),
      value: t(`machine.hardware.camera_state.${box.camera}` as Key),
      good: box.camera !== 'offline',
    },
  ];
}

/** Backup, drill, certificate, releases. */
export function safety(box: Box): Fact[] {
  const machine = box.machine;
  const drill = machine?.drill as { ok?: boolean; at?: string } | null | undefined;
  return [
    { name: t('machine.safety.backup'), ...backup(box) },
    ...(drill
      ? [
          {
            name: t('machine.safety.drill'),
            value: [t(drill.ok ? 'machine.safety.drill_good' : 'machine.safety.drill_bad'), ...ago(drill.at, box.at)].join(', '),
            good: drill.ok === true,
          },
        ]
      : []),
    { name: t('machine.safety.certificate'), ...certificate(box) },
    {
      name: t('machine.safety.release'),
      value: machine?.release?.version ?? box.versions.appliance ?? t('machine.unknown'),
    },
    ...(machine?.previous?.version ? [{ name: t('machine.safety.previous'), value: machine.previous.version }] : []),
  ];
}

function ago(then: string | undefined, now: string): string[] {
  if (then === undefined) return [];
  return [t('machine.safety.ago', { span: span((Date.parse(now) - Date.parse(then)) / 1000) })];
}

function of(free: number, total: number): string {
  return t('machine.hardware.of', { free: size(free), total: size(total) });
}

function degrees(value: number | null): Omit<Fact, 'name'> {
  if (value === null) return { value: t('machine.unknown') };
  return { value: t('machine.hardware.degrees', { degrees: Math.round(value) }), good: value < HOT };
}

function supply({ power }: Box): Omit<Fact, 'name'> {
  if (power === null) return { value: t('machine.unknown') };
  if (power.low_now) return { value: t('machine.hardware.power_low'), good: false };
  return { value: t(power.low_before ? 'machine.hardware.power_was_low' : 'machine.hardware.power_ok') };
}

function ups({ ups }: Box): Omit<Fact, 'name'> {
  if (ups === null) return { value: t('machine.hardware.ups_none') };
  const value = t('machine.hardware.ups_said', { status: ups.status, charge: ups.charge ?? '?' });
  return { value, good: ups.status.split(' ').includes('OL') };
}

function backup(box: Box): Omit<Fact, 'name'> {
  if (!box.backup_wanted) return { value: t('machine.safety.none_set_up'), good: false };
  if (box.backup_seconds === null) return { value: t('machine.safety.never'), good: false };
  return { value: t('machine.safety.ago', { span: span(box.backup_seconds) }), good: box.backup_seconds < 14 * DAY };
}

function certificate(box: Box): Omit<Fact, 'name'> {
  const left = box.certificate_seconds;
  if (!box.certificate_wanted) return { value: t('machine.safety.none_set_up') };
  if (left === null) return { value: t('machine.safety.certificate_unreadable'), good: false };
  if (left <= 0) return { value: t('machine.safety.certificate_over'), good: false };
  return { value: t('machine.safety.certificate_left', { span: span(left) }), good: left > 3 * DAY };
}
