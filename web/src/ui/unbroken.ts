/** A line never begins with a dash: "kinh tế - xã hội" stays with the word before it. */
export function unbroken(text: string): string {
  return text.replace(/ (?=[-–—] )/g, '\u00a0');
}
