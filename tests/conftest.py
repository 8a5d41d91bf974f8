"""What every test shares: how hard hypothesis tries.

`ci` is the default: the same examples each time, few enough for two slow cores. To search further:
`pytest --hypothesis-profile=deep`.
"""

from hypothesis import HealthCheck, settings

_slow_machine = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile(
    "ci", derandomize=True, max_examples=40, deadline=None, database=None, suppress_health_check=_slow_machine
)
settings.register_profile("deep", max_examples=300, deadline=None, suppress_health_check=_slow_machine)
settings.load_profile("ci")
