"""Sends a plan to a phone on the same network."""
