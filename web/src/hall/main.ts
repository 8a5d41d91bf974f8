import './hall.css';

import { start } from '../ui/start';
import Hall from './Hall.svelte';

start(Hall);
