"""Every attack of the threat model's list by its id, shown directly (README.md)."""
