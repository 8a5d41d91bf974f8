/**
 * Says the fixed sentences under `voice` in the word files, with sound files that were made when the screens were
 * built. The newest sentence wins: what is no longer true is not said to its end.
 */
import { currentLanguage } from '../words/words.svelte';
import type vi from '../words/vi.json';

export type Prompt = keyof typeof vi.voice;

const made = import.meta.glob<string>('../voice/made/*/*.mp3', { eager: true, query: '?url', import: 'default' });
const recorded = import.meta.glob<string>('../voice/recorded/*/*.mp3', { eager: true, query: '?url', import: 'default' });

function fileOf(prompt: Prompt): string | undefined {
  const name = `${currentLanguage()}/${prompt}.mp3`;
  return recorded[`../voice/recorded/${name}`] ?? made[`../voice/made/${name}`];
}

/** Whether these screens were built with a voice. */
export const hasVoice = Object.keys(made).length + Object.keys(recorded).length > 0;

class Voice {
  /** The browser wants a touch on the page before it lets it sound. */
  blocked = $state(false);
  #player: HTMLAudioElement | null = null;

  /** Say it now, in place of what is being said. */
  async say(prompt: Prompt): Promise<void> {
    const file = fileOf(prompt);
    if (file === undefined) return;
    this.#player ??= new Audio();
    this.#player.src = file;
    this.#player.dataset.prompt = prompt;
    try {
      await this.#player.play();
      this.blocked = false;
    } catch (error) {
      // Another sentence took its place: no trouble. Anything else a touch may mend.
      if (!(error instanceof DOMException && error.name === 'AbortError')) this.blocked = true;
    }
  }

  /** Be silent. */
  hush(): void {
    this.#player?.pause();
  }
}

export const voice = new Voice();
