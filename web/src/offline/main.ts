import { start } from '../ui/start';
import Offline from './Offline.svelte';

start(Offline);
