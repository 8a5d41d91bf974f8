"""The box's own administration: releases, backups, the state of the machine.

Only the standard library, and nothing else of the appliance: it must work with the system's own Python when no
release does. It is installed outside the releases (`/usr/local/lib/nghi-truong`), as `nghi-truong`.
"""
