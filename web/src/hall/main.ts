import './hall.css';

import words from 'words:hall';

import { start } from '../ui/start';
import Hall from './Hall.svelte';

void start(Hall, words);
