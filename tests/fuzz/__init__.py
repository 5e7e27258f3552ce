"""Bytes nobody meant to send: coverage-guided (`make fuzz`), and a little of it in every run."""
