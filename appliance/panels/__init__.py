"""The hardware process: three buttons and three lights a seat. Ordinary threads, never gevent. Start at `main.run`."""
