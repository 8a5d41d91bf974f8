import words from 'words:chair';

import { start } from '../ui/start';
import Chair from './Chair.svelte';

void start(Chair, words);
