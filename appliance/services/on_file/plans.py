"""Meetings in preparation: `core/plan.py` says what they are made of."""

from appliance.core.plan import Plan

__all__ = ["Plan"]
