"""The questions that `new` asks at a terminal."""
