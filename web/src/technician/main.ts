import { start } from '../ui/start';
import Technician from './Technician.svelte';

start(Technician);
