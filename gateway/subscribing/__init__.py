"""Subscriptions: who asked to be told that a document came, and what is sent to whom, when."""
