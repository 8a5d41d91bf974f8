import words from 'words:technician';

import { start } from '../ui/start';
import Technician from './Technician.svelte';

void start(Technician, words);
