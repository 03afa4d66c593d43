"""From a plan to its sessions, the care around them, and the events of its calendar."""
