"""Verbs that write: keyword-only, one transaction, one audit record, events."""
