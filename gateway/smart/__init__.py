"""The authorisation server (SMART App Launch 2.2): applications, scopes, tokens."""
