"""The tests of Paravent; tests/README.md says which kind is where."""
