/** Short names for the wire's types. `protocol.ts` is generated from the server's own models; nothing is typed twice. */
import type { components } from './protocol';

type Schemas = components['schemas'];

export type Snapshot = Schemas['Snapshot'];
export type Push = Schemas['Push'];
export type MinePush = Schemas['MinePush'];
export type View = Schemas['View'];
export type Meeting = Schemas['MeetingView'];
export type Attendance = Schemas['AttendanceView'];
export type Item = Schemas['ItemView'];
export type Poll = Schemas['PollView'];
export type Progress = Schemas['ProgressView'];
export type Result = Schemas['ResultView'];
export type NamedChoice = Schemas['NamedChoice'];
export type RollLine = Schemas['RollLine'];
export type Entry = Schemas['EntryView'];
export type Step = Schemas['StepView'];
export type Devices = Schemas['DevicesView'];
export type Mine = Schemas['MineView'];
export type Choice = Schemas['Choice'];
export type Standing = Schemas['Standing'];
export type PollState = Schemas['PollState'];
export type Sentence = Schemas['Sentence'];
export type Scene = Schemas['Scene'];
export type SceneKind = Schemas['SceneKind'];
export type SceneView = Schemas['SceneView'];
export type Stage = Schemas['StageView'];

export type Election = Schemas['ElectionView'];
export type Mark = Schemas['Mark'];
export type Invalid = Schemas['Invalid'];
export type CountPage = Schemas['CountPage'];
export type RollCall = Schemas['RollCallView'];
export type Straw = Schemas['StrawView'];
export type Excuse = Schemas['ExcuseView'];

export type Accepted = Schemas['AcceptedAnswer'];
export type Refused = Schemas['RefusedAnswer'];

/** A command as a screen gives it: all but the id, which `command()` adds; and no seat, which only panels name. */
type AsGiven<C> = C extends { type: string } ? Omit<C, 'id' | 'seat'> : never;
export type Command = AsGiven<Schemas['Command']>;

/** The three choices, in the order in which every screen shows them. */
export const CHOICES: readonly Choice[] = ['for', 'against', 'abstain'];
