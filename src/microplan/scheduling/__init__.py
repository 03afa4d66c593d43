"""Turns a plan into its sessions, the care around them, and its calendar events."""
