"""Live screens: what each role may see (`views`), who is connected (`channels`), how it goes out (`frames`)."""
