"""A calendar on a server, for `push` and `pull`: its address and password, and what changed there."""
