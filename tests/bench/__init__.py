"""`python -m tests.bench`: what the appliance can bear, beside what this machine can at most."""
