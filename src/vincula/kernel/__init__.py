"""Mechanisms only: no organisation, service or plan is known here."""
