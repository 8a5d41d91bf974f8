"""The papers process: turns files that strangers made into page pictures and text, one at a time, kept apart.

`main` takes jobs from the spool, `preparing` has one done and looks at what came of it, `sandbox` starts `worker`
where it can do no harm. Nothing here believes what the worker writes; only the worker opens a file.
"""
