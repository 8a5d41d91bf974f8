import words from 'words:offline';

import { start } from '../ui/start';
import Offline from './Offline.svelte';

void start(Offline, words);
