/** An item of the agenda, as the papers are grouped by it. */
export interface Heading {
  item: string;
  number: string;
  title: string;
}
