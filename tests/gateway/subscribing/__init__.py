"""Subscriptions: what a subscriber is told, and over which wire."""
