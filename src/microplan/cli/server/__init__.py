"""A calendar on a server, as `push` and `pull` see it: its address and password, and what changed there."""
